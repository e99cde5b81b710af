#pragma once
// A program that a test starts, listens to, and sends signals.

#include <string>
#include <vector>

namespace poolproof::subjects {

/// How a program ended.
struct ProgramEnd {
  int exit_code = -1;  ///< -1: it died by a signal
  int signal = 0;
  std::string out;
  std::string err;
};

class ChildProgram {
 public:
  /// Starts `words[0]` with the rest as its arguments.
  explicit ChildProgram(std::vector<std::string> words);
  /// Kills it, if it is still there.
  ~ChildProgram();
  ChildProgram(const ChildProgram&) = delete;
  ChildProgram& operator=(const ChildProgram&) = delete;

  /// Blocks until it has printed a whole line, or ended.
  void await_first_line();
  /// Blocks until it has printed `text` on standard error, or ended.
  void await_error(const std::string& text);
  void send(int signal) const;
  /// Blocks until it has ended.
  ProgramEnd end();

 private:
  bool read_more();

  int process_ = -1;
  int out_ = -1;
  int err_ = -1;
  ProgramEnd end_;
};

/// Start to end.
ProgramEnd run_program(std::vector<std::string> words);

}  // namespace poolproof::subjects
