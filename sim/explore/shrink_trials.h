#pragma once
// The executions that shrinking tries: counted, ended when asked to, and accepted only when they
// break the same law.

#include <cstdint>
#include <optional>

#include <poolproof/sim/explore/hints.h>
#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// A failing execution, and its hints.
struct Found {
  Failure failure;
  Hints hints;
};

/// Fewer preemptions; then fewer timers, wake-ups, faults and failures that need not be; then an
/// order in which the task that runs goes on and lower ids come first.
bool is_simpler(const Found& one, const Found& other);

class ShrinkTrials {
 public:
  /// `original` must outlive it.
  ShrinkTrials(const Failure& original, std::uint64_t budget, SearchProgress& progress) noexcept
      : original_(original), limit_(budget), progress_(progress) {}

  /// Runs one execution. Nothing when it does not break the same law, or may not be run. One that
  /// is a livelock is accepted only in place of one: an unfair schedule could make anything spin.
  std::optional<Found> run(Simulation& simulation, Strategy& strategy);
  /// Likewise, under hints.
  std::optional<Found> follow(Simulation& simulation, const Hints& hints);

  [[nodiscard]] bool may_go_on() const noexcept { return executions_ < limit_ && !is_stopped(); }
  [[nodiscard]] bool is_stopped() const noexcept {
    return progress_.is_stopped.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t executions() const noexcept { return executions_; }
  [[nodiscard]] std::uint64_t left() const noexcept {
    return limit_ - std::min(executions_, limit_);
  }
  /// No more than so many executions in all.
  void set_limit(std::uint64_t limit) noexcept { limit_ = limit; }

 private:
  [[nodiscard]] bool is_same(const Simulation& simulation) const;

  const Failure& original_;
  std::uint64_t limit_;
  std::uint64_t executions_ = 0;
  SearchProgress& progress_;
};

}  // namespace poolproof::sim
