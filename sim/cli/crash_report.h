#pragma once
// When the program dies inside an execution (a signal, or a sanitizer that stops it), says which
// one it was and how to run just that one again, and lets it die. Uses nothing that a signal
// handler may not use.

#include <signal.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <poolproof/sim/cli/token.h>

namespace poolproof::sim {

/// The calling thread begins this execution, and is watched from now on (watchdog.h). Cheap.
void note_execution(std::uint64_t execution);
[[nodiscard]] std::uint64_t noted_execution() noexcept;

/// While one lives, the calling thread handles signals on a stack of its own: tasks run on small
/// stacks, and the one that overflowed is no place to report it. Leaves a stack that is there (a
/// sanitizer's) as it is.
class CrashStack {
 public:
  CrashStack();
  ~CrashStack();
  CrashStack(const CrashStack&) = delete;
  CrashStack& operator=(const CrashStack&) = delete;

 private:
  std::unique_ptr<char[]> memory_;
};

/// Where a crash happened and how to get there again, but for the execution's number or schedule.
struct CrashPlace {
  std::string place;    ///< "subject lossy, scenario hand-off, seed 1"
  std::string command;  ///< "poolproof check lossy --scenario hand-off --seed 1 --schedules 1"
  /// Whether an execution's number leads back to it: then the number follows on both.
  bool is_numbered = true;
  /// Of the subject and scenario, when these are known: replays the choices up to the crash.
  std::optional<TokenWriter> token = {};
};

/// While one lives, SIGSEGV, SIGBUS, SIGFPE and SIGABRT are reported, then handled as they were
/// before. In a program with a sanitizer, which handles them better, the report comes with the
/// sanitizer's. One at a time in the process.
class CrashReport {
 public:
  explicit CrashReport(CrashPlace place);
  ~CrashReport();
  CrashReport(const CrashReport&) = delete;
  CrashReport& operator=(const CrashReport&) = delete;

 private:
  const std::optional<TokenWriter> token_;
};

/// Of the CrashReport that lives, or of the last one: where the process is, and how to get to this
/// execution again. Not for signal handlers.
std::string noted_place();
std::string noted_command(std::uint64_t execution);

}  // namespace poolproof::sim
