#pragma once
// Partial order sampling: every event that is pending has a priority by chance; where one event
// runs, those that race with it draw again. Orders of events that do not depend on each other cost
// no chance, so the partial orders come out more evenly than under a random walk.
// Source: Yuan, Yang, Gu, "Partial order aware concurrency sampling", CAV 2018.

#include <array>
#include <cstdint>

#include <poolproof/core/rng.h>
#include <poolproof/sim/explore/by_chance.h>

namespace poolproof::sim {

/// Timers have the chances of TimerOdds, as in the random walk: a priority of their own would let
/// them fire early in nearly every execution, because every event draws anew and so every step is
/// an occasion. Spurious wake-ups have a priority, drawn anew after each.
/// A loop that waits for another task ends, because each of its steps draws a new priority.
class Pos final : public Strategy {
 public:
  explicit Pos(std::uint64_t seed) noexcept : seed_(seed), rng_(seed) {}

  void begin(std::uint64_t execution) override;
  std::uint32_t choose(const ChoicePoint& point) override;

 private:
  static constexpr std::size_t spurious_wakeup = tasks_max;

  void draw(std::size_t who) noexcept { priorities_[who] = rng_.next(); }
  void redraw_where_news(const ChoicePoint& point) noexcept;
  void redraw_racing(const TaskSet& runnable, const Intent* intents, std::size_t chosen) noexcept;

  std::uint64_t seed_;
  // One execution.
  Rng rng_;
  TimerOdds timers_;
  std::array<std::uint64_t, tasks_max + 1> priorities_{};
  TaskSet drawn_;            // tasks whose pending event has its priority
  TaskId chosen_ = no_task;  // by the last answer, if that was a task
};

}  // namespace poolproof::sim
