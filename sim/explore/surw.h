#pragma once
// Selectively uniform random walk: of the many steps of an execution only some matter, those on
// one object; their orders are sampled as evenly as can be, and all other steps stand in nobody's
// way. Source: Zhao, Wolff, Mathur, Roychoudhury, "Selectively uniform concurrency testing",
// ASPLOS 2025.

#include <array>
#include <cstdint>

#include <poolproof/core/rng.h>
#include <poolproof/sim/explore/by_chance.h>

namespace poolproof::sim {

/// For each execution one object is drawn, by its number; in one of four executions every step
/// matters. A task is picked with a chance in proportion to the steps that it is thought to have
/// left, and goes on until it has taken one that matters; others take steps that do not while it
/// is blocked. How many steps each task has is drawn too, from powers of two: the paper counts
/// them in an execution before, and then the answers would depend on that. Timers have the chances
/// of TimerOdds. A task that yields, or goes on for `patience` choices, lets another be picked, so
/// that loops that wait come to an end.
class Surw final : public Strategy {
 public:
  static constexpr std::uint32_t patience = 64;

  explicit Surw(std::uint64_t seed) noexcept : seed_(seed), rng_(seed) {}

  void begin(std::uint64_t execution) override;
  std::uint32_t choose(const ChoicePoint& point) override;

 private:
  [[nodiscard]] bool matters(const Intent& intent) const noexcept;
  [[nodiscard]] TaskId pick(const TaskSet& among) noexcept;
  [[nodiscard]] TaskId next(const ChoicePoint& point) noexcept;

  std::uint64_t seed_;
  // One execution.
  Rng rng_;
  TimerOdds timers_;
  std::uint32_t object_ = 0;                     // whose steps matter; 0: all do
  std::array<std::uint32_t, tasks_max> left_{};  // steps that matter, as estimated
  TaskId picked_ = no_task;
  std::uint32_t in_a_row_ = 0;
};

}  // namespace poolproof::sim
