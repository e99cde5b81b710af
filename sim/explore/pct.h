#pragma once
// Probabilistic concurrency testing: priorities by chance, changed at a few steps only. A bug that
// needs a few orders to be right is found with a chance that has a floor, however long the rest of
// the execution is.
// Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with probabilistic
// guarantees of finding bugs", ASPLOS 2010.

#include <array>
#include <cstdint>

#include <poolproof/core/rng.h>
#include <poolproof/sim/engine/strategy.h>

namespace poolproof::sim {

/// The runnable task with the highest priority goes on. At d - 1 choices among the first k it is
/// lowered below the others. d is drawn for each execution from 1 to `depth_max`, k from the
/// powers of two from 8 to 1,024: an estimate taken from earlier executions would make the answers
/// depend on them. The timer and the spurious wake-ups have priorities too, drawn anew after each
/// use.
/// A task that yields, or that is chosen `patience` times in a row, goes below all others:
/// otherwise a loop that waits for another task would never end. So does the timer once it has
/// been chosen `timers_max` times: a task that wakes periodically must not starve the others.
/// After 1,024 choices the task chosen at every `patience`th goes below all others as well,
/// because two that wake each other in turn may starve a third.
class Pct final : public Strategy {
 public:
  static constexpr std::uint32_t depth_default = 3;
  static constexpr std::uint32_t depth_limit = 16;
  static constexpr std::uint32_t patience = 256;
  static constexpr std::uint32_t timers_max = 32;

  /// `depth_max` is from 1 to depth_limit.
  Pct(std::uint64_t seed, std::uint32_t depth_max);

  void begin(std::uint64_t execution) override;
  std::uint32_t choose(const ChoicePoint& point) override;

 private:
  using Priority = std::int64_t;
  struct Change {
    std::uint32_t at = 0;  // the choice of a task, counted from 1
    Priority priority = 0;
  };
  // Whoever has a priority: the tasks by TaskId, then these.
  static constexpr std::size_t timer = tasks_max;
  static constexpr std::size_t spurious_wakeup = tasks_max + 1;

  Priority fresh_priority() noexcept;
  void lower(std::size_t who) noexcept { priorities_[who] = --lowest_; }
  [[nodiscard]] std::size_t highest(const ChoicePoint& point) const noexcept;
  void apply_changes(const ChoicePoint& point) noexcept;
  void note_choice(std::size_t who) noexcept;
  std::uint32_t option_of(std::size_t who, const ChoicePoint& point) noexcept;

  // Constant after construction.
  std::uint64_t seed_;
  std::uint32_t depth_max_;
  // One execution.
  Rng rng_;
  std::array<Priority, tasks_max + 2> priorities_{};  // drawn ones over changed ones over lowered
  std::array<Change, depth_limit - 1> changes_{};
  std::uint32_t changes_count_ = 0;
  std::uint32_t choices_ = 0;
  Priority lowest_ = 0;
  std::size_t chosen_last_ = 0;
  std::uint32_t chosen_in_a_row_ = 0;
  std::uint32_t timers_fired_ = 0;
};

}  // namespace poolproof::sim
