#pragma once
// Every choice by chance. Simple, fair, hard to beat on small scenarios.

#include <cstdint>

#include <poolproof/core/rng.h>
#include <poolproof/sim/explore/by_chance.h>

namespace poolproof::sim {

/// Tasks with equal chances, timers with those of TimerOdds.
class RandomWalk final : public Strategy {
 public:
  explicit RandomWalk(std::uint64_t seed) noexcept : seed_(seed), rng_(seed) {}

  void begin(std::uint64_t execution) override {
    rng_ = Rng::stream(seed_, execution);
    timers_.draw(rng_);
  }

  std::uint32_t choose(const ChoicePoint& point) override {
    if (point.kind == ChoiceKind::task) return choose_task(point);
    return answer_by_chance(point, rng_);
  }

 private:
  std::uint32_t choose_task(const ChoicePoint& point) {
    if (!point.has_timer) return rng_.below(point.options);
    const std::uint32_t timer = point.timer_option();
    if (timers_.fires(rng_)) return timer;
    const std::uint32_t other = rng_.below(point.options - 1);
    return other < timer ? other : other + 1;
  }

  std::uint64_t seed_;
  Rng rng_;
  TimerOdds timers_;
};

}  // namespace poolproof::sim
