#pragma once
// What was asked for, as values. Reading the words of the command line is all that happens here.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/sim/cli/bench_command.h>
#include <poolproof/sim/cli/ci_options.h>
#include <poolproof/sim/cli/console.h>
#include <poolproof/sim/cli/new_command.h>
#include <poolproof/sim/cli/strategies.h>
#include <poolproof/sim/judge/capabilities.h>

namespace poolproof::sim {

struct ListOptions {
  bool json = false;
};

enum class ThreadKind : std::uint8_t { simulated, real };

struct CheckOptions {
  std::string subject;                 ///< empty: the first
  std::vector<std::string> scenarios;  ///< names or files; empty: the whole library
  std::string from;                    ///< the first of the whole library; empty: all of it
  std::string strategy = "random";
  StrategyOptions strategy_options;
  std::optional<std::uint64_t> schedules;  ///< over all scenarios
  std::optional<Duration> time;            ///< over all scenarios
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  unsigned jobs = 0;                  ///< 0: as many as there are cores
  std::optional<ThreadKind> threads;  ///< nothing: simulated if the subject can be
  std::string report_folder;
  std::string history_file;
  bool json = false;
  bool keep_going = false;
  std::uint64_t shrink_budget = 20'000;  ///< executions for each failure; 0: it is not shrunk
  // With strategy exhaustive:
  std::optional<std::uint32_t> preemptions;  ///< at most so many in a schedule
  bool no_reduction = false;
  std::string resume_file;  ///< that an earlier search has written
  bool coverage = false;
  bool swarm = false;
  bool explore = false;  ///< drawn scenarios go on from what showed something new
  std::optional<std::uint32_t> drawn_percent;  ///< of all schedules, for drawn scenarios

  CiOptions ci = {};

  Duration patience =
      patience_default;  ///< with a task that reaches no scheduling point; 0: endless

  static constexpr Duration patience_default = std::chrono::seconds(10);
  static constexpr std::uint32_t drawn_default = 50;
  static constexpr std::uint64_t schedules_default = 20'000;
  static constexpr std::uint64_t runs_default = 1'000;  ///< on real threads
};

struct ReplayOptions {
  std::string token_or_file;
  std::string report_folder;
  std::string history_file;
  bool with_steps = false;
  std::uint64_t break_at = 0;  ///< the step at which to stop in a debugger; 0: none
  bool json = false;
};

struct VerifyOptions {
  std::string history_file;
  // Instead of what the file says:
  std::optional<std::size_t> max_size, min_size;
  std::optional<Order> order;
  std::optional<Duration> idle_timeout, max_lifetime, validate_after_idle;
  std::vector<std::string> declined;  ///< names of capabilities
  bool json = false;
};

struct DetectOptions {
  std::string subject;                  ///< empty: the first
  std::vector<std::string> scenarios;   ///< names or files; empty: the whole library
  std::vector<std::string> strategies;  ///< names; empty: all
  std::uint64_t seed = 1;               ///< the first
  std::uint64_t seeds = 20;
  std::uint64_t schedules = 100'000;  ///< over all scenarios, for each seed
  std::uint64_t give_up = 0;  ///< a strategy, after so many seeds that found nothing; 0: never
  bool json = false;
};

struct ProgramOptions {
  CheckOptions check;  ///< its strategy, how much, seed, shrinking, report
  bool is_patient = false;
  std::uint32_t spurious_wakeups = 0;
  std::uint32_t steps_max = 100'000;
  std::optional<Duration> patience;  ///< of the watchdog
  std::string token;                 ///< to replay instead of searching
  bool with_steps = false;
  std::uint64_t break_at = 0;
  std::vector<std::string> words;    ///< as they stood before "--"
  std::vector<std::string> command;  ///< the program and its arguments
};

/// What a command line asks for; or that all is said already, and how the program is to end.
using Command = std::variant<ExitCode, ListOptions, CheckOptions, ReplayOptions, VerifyOptions,
                             DetectOptions, BenchOptions, ProgramOptions, NewOptions>;

/// Prints help to `out` and errors, one sentence each, to `err`.
Command read_command_line(int argc, const char* const* argv, Console& console);

}  // namespace poolproof::sim
