#pragma once
// Every choice by chance. Simple, fair, hard to beat on small scenarios.

#include <cstdint>

#include <poolproof/core/rng.h>
#include <poolproof/sim/engine/strategy.h>

namespace poolproof::sim {

/// Tasks with equal chances. Timers with one chance per execution, drawn anew each time, so that
/// some executions race timeouts against everything and others let the tasks run long.
class RandomWalk final : public Strategy {
 public:
  explicit RandomWalk(std::uint64_t seed) noexcept : seed_(seed), rng_(seed) {}

  void begin(std::uint64_t execution) override {
    rng_ = Rng::stream(seed_, execution);
    timer_eighths_ = timer_odds[rng_.below(4)];
  }

  std::uint32_t choose(const ChoicePoint& point) override {
    if (point.kind == ChoiceKind::task) return choose_task(point);
    if (point.kind == ChoiceKind::fault)
      return rng_.chance(point.numerator, point.denominator) ? 1 : 0;
    return rng_.below(point.options);
  }

 private:
  static constexpr std::uint32_t timer_odds[] = {0, 1, 2, 4};  // of 8

  std::uint32_t choose_task(const ChoicePoint& point) {
    if (!point.has_timer) return rng_.below(point.options);
    const std::uint32_t timer = point.timer_option();
    if (timer_eighths_ != 0 && rng_.chance(timer_eighths_, 8)) return timer;
    const std::uint32_t other = rng_.below(point.options - 1);
    return other < timer ? other : other + 1;
  }

  std::uint64_t seed_;
  Rng rng_;
  std::uint32_t timer_eighths_ = 0;
};

}  // namespace poolproof::sim
