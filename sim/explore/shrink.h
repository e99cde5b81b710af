#pragma once
// A failure made small: first what the pool was put through, then the order in which it happened
// (docs/shrinking.md). The ideas: delta debugging (Zeller and Hildebrandt, TSE 2002), and that few
// preemptions are enough for most bugs (Musuvathi and Qadeer, PLDI 2007).

#include <cstdint>

#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// How much there is to understand.
struct ShrunkSize {
  std::uint32_t clients = 0;
  /// Calls of the pool by clients; neither the prefill's nor the audit's.
  std::uint64_t operations = 0;
  /// Choices at which the task that ran last could have gone on and did not: another task went on,
  /// a timer fired early, or a sleeper was woken for no reason.
  std::uint64_t preemptions = 0;
  friend bool operator==(const ShrunkSize&, const ShrunkSize&) = default;
};

/// Runs the failure's schedule once more, to see what could have gone on.
ShrunkSize size_of(const SubjectEntry& subject, const Scenario& scenario, const Failure& failure);

struct ShrinkPlan {
  const SubjectEntry& subject;
  const Scenario& scenario;
  const Failure& failure;  ///< of `scenario`, in the simulator
  std::uint64_t budget = budget_default;

  static constexpr std::uint64_t budget_default = 20'000;  ///< executions
};

struct Shrunk {
  Scenario scenario;
  Failure failure;  ///< of `scenario`; it breaks the law of the original's first violation
  ShrunkSize before, after;
  std::uint64_t executions = 0;  ///< spent
  bool is_interrupted = false;
};

/// The same plan, uninterrupted, gives the same result: the budget counts executions, not time.
/// Blocks. `progress` tells how far it has come and ends it early, with the best so far.
Shrunk shrink(const ShrinkPlan& plan, SearchProgress& progress);

}  // namespace poolproof::sim
