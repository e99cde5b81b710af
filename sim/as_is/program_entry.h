#pragma once
// The second half of `poolproof run`: within the program, whose main function is tried instead of
// called.

#include <functional>
#include <string>
#include <vector>

#include <poolproof/sim/cli/console.h>

namespace poolproof::sim::as_is {

struct ProgramUnderTest {
  std::string path;
  std::vector<std::string> command;  ///< as it was called, the program first
  std::function<void()> body;        ///< in an execution: does not come back
};

/// `words` are those that stood between "run" and "--", one on each line. Prints to where the
/// program would have printed.
ExitCode try_program(const std::string& words, ProgramUnderTest program);

/// What stands for the program in tokens: its file's name, and what it was built from.
std::string program_name(const std::string& path);

}  // namespace poolproof::sim::as_is
