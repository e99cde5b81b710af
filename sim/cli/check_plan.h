#pragma once
// A check, worked out from what was asked for, before anything runs.

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <poolproof/sim/cli/choice.h>
#include <poolproof/sim/cli/command_line.h>
#include <poolproof/sim/cli/strategies.h>
#include <poolproof/sim/explore/exhaustive_search.h>
#include <poolproof/sim/report/check_report.h>

namespace poolproof::sim {

struct CheckPlan {
  const SubjectEntry* subject = nullptr;
  const StrategyEntry* strategy = nullptr;
  StrategyOptions strategy_options;
  unsigned jobs = 1;
  std::optional<Duration> time;
  // With strategy exhaustive:
  ExplorationLimits exploration = {};
  std::string resume_file = {};
  bool explores = false;            ///< with feedback
  std::uint32_t drawn_percent = 0;  ///< of the schedules, for drawn scenarios
  std::optional<ExhaustiveState> from = {};
  bool measures_coverage = false;
  /// When scenarios of the library are checked in its order: the options that say which.
  std::optional<std::string> library_part = {};
  CheckReport report;  ///< scenarios not begun, with the schedules planned for each
};

/// `cores` is how many jobs there are when none were asked for.  Errors: one sentence.
std::expected<CheckPlan, std::string> plan_check(std::span<const SubjectEntry> subjects,
                                                 const CheckOptions& options, unsigned cores);

/// How many jobs are worth having. The variables of code as it is are the process's, so that only
/// processes can try it side by side: what cannot be spread over processes (an exhaustive search,
/// one that learns, coverage) is one job for it.
unsigned jobs_of(const SubjectEntry& subject, const CheckOptions& options, unsigned cores);

/// The command line that checks `scenario` alone, but for which executions and how many.
std::string check_command(const CheckPlan& plan, const ScenarioReport& scenario);

/// The command lines that go on where an interrupted check stopped, one line each; empty when all
/// is done.
std::string commands_to_go_on(const CheckPlan& plan);

}  // namespace poolproof::sim
