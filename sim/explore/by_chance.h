#pragma once
// What strategies that answer by chance have in common: choices that are not about tasks, and how
// eager timers are.

#include <cstdint>

#include <poolproof/core/rng.h>
#include <poolproof/sim/engine/strategy.h>

namespace poolproof::sim {

/// Answers a choice of any kind but `task`: a fault with its odds, all else with equal chances.
inline std::uint32_t answer_by_chance(const ChoicePoint& point, Rng& rng) noexcept {
  if (point.kind == ChoiceKind::fault)
    return rng.chance(point.numerator, point.denominator) ? 1 : 0;
  return rng.below(point.options);
}

/// How likely a timer is to fire at a choice of a task. Drawn once for each execution, so that
/// some executions race timeouts against everything and others let the tasks run long.
class TimerOdds {
 public:
  void draw(Rng& rng) noexcept { eighths_ = odds[rng.below(4)]; }
  [[nodiscard]] bool fires(Rng& rng) const noexcept {
    return eighths_ != 0 && rng.chance(eighths_, 8);
  }

 private:
  static constexpr std::uint32_t odds[] = {0, 1, 2, 4};  // of 8
  std::uint32_t eighths_ = 0;
};

}  // namespace poolproof::sim
