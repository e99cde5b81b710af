#pragma once
// One scenario of a check: searched, and what was found brought into a report.

#include <poolproof/sim/cli/check_plan.h>
#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

struct SearchLimits {
  Duration time = Duration::max();
  bool keeps_history = false;  ///< whether `history` is wanted
  std::uint64_t shrink_budget = 0;
};

struct ScenarioSearch {
  std::string mistake;    ///< the adapter's, in one sentence with its place; then no law is broken
  std::string trouble;    ///< why nothing can be said, in one sentence; then nothing else counts
  bool is_stuck = false;  ///< threads of a deadlock on real threads are still there: end soon
  /// The failure's, or that of the last execution: the same for any number of jobs.
  History history;
};

/// Fills in what was found in `scenario`, one of the plan's. Blocks; `progress` ends it early.
ScenarioSearch search_scenario(const CheckPlan& plan, ScenarioReport& scenario,
                               const SearchLimits& limits, SearchProgress& progress,
                               const Clock& clock);

/// How a failure is shrunk.
struct ShrinkOrder {
  std::uint64_t budget = 0;  ///< 0: not at all
  std::string command;       ///< that finds the original again
};

/// "subject r1, scenario two-by-two, execution 3: ...", of an adapter's mistake.
std::string mistake_words(const CheckPlan& plan, const ScenarioReport& scenario,
                          const Failure& failure);

/// A failure in the words of a report, shrunk, with the token that replays it. No CrashReport may
/// live.
FailureReport shrink_and_report(Failure found, const CheckPlan& plan,
                                const ScenarioReport& scenario, ShrinkOrder order,
                                SearchProgress& progress);

}  // namespace poolproof::sim
