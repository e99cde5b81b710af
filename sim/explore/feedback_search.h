#pragma once
// Looks for a schedule that breaks a law in scenarios that are changed where something new was
// seen: a scenario and a schedule that showed what none before had shown are kept, and what comes
// next goes on from them.

#include <cstdint>
#include <functional>

#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// Executions first to first + count - 1.
struct FeedbackPlan {
  const SubjectEntry& subject;
  StrategyFactory strategy;  ///< beyond the part of a schedule that is kept
  std::uint64_t seed = 1;
  std::uint64_t count = 1;
  unsigned jobs = 1;
  Duration time_limit = Duration::max();  ///< of real time
  /// Scenario `number` where nothing is gone on from.
  std::function<Scenario(std::uint64_t number)> drawn;
  /// Such that the subject can be put through it.
  std::function<Scenario(Scenario changed)> fitted;
  bool has_transactions = false;
};

struct FeedbackResult {
  SearchResult result;
  Scenario failed;             ///< that of the failure
  std::uint64_t kept = 0;      ///< scenarios that something new was seen in
  std::uint64_t features = 0;  ///< what was seen
};

/// Goes round by round: what a round tries hangs on seed and the rounds before, and what it learns
/// is put together in order of execution. So the first failure is the same for any number of jobs.
/// Blocks until done, stopped, or out of time.
FeedbackResult search_by_feedback(const FeedbackPlan& plan, SearchProgress& progress);

}  // namespace poolproof::sim
