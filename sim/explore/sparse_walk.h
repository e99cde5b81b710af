#pragma once
// Few preemptions at random places: most bugs need no more than two or three (Musuvathi and
// Qadeer, PLDI 2007), and what has few of them is easy to read.

#include <cstdint>
#include <vector>

#include <poolproof/core/rng.h>
#include <poolproof/sim/engine/strategy.h>
#include <poolproof/sim/explore/hints.h>

namespace poolproof::sim {

/// Whoever runs goes on, but at `preemptions` places among the first `places` at which it could.
/// Where it cannot go on, everyone has the same chance. Fair after Guided::fair_after choices.
class SparseWalk final : public Strategy {
 public:
  struct Bounds {
    std::uint32_t preemptions = 0;
    std::uint32_t places = 1;
  };

  SparseWalk(std::uint64_t seed, Bounds bounds) : seed_(seed), bounds_(bounds), rng_(seed) {
    chosen_places_.reserve(bounds.preemptions);
  }

  void begin(std::uint64_t execution) override {
    rng_ = Rng::stream(seed_, execution);
    fair_.begin(execution);
    chosen_places_.clear();
    for (std::uint32_t i = 0; i < bounds_.preemptions; ++i)
      chosen_places_.push_back(rng_.below(bounds_.places));
    has_early_timers_ = rng_.chance(1, 2);
    place_ = asked_ = 0;
  }

  std::uint32_t choose(const ChoicePoint& point) override {
    if (++asked_ > Guided::fair_after) return fair_.choose(point);
    if (point.kind == ChoiceKind::fault)
      return rng_.chance(point.numerator, point.denominator) ? 1 : 0;
    if (point.kind != ChoiceKind::task) return rng_.below(point.options);
    if (!point.last_can_go_on) return next_of(point);
    if (!is_chosen(place_++)) return 0;
    if (point.has_timer && rng_.chance(1, 2)) return point.timer_option();
    return 1 + rng_.below(point.options - 1);
  }

 private:
  std::uint32_t next_of(const ChoicePoint& point) {
    if (point.has_timer && has_early_timers_ && rng_.chance(1, 4)) return point.timer_option();
    return rng_.below(point.timer_option());
  }

  [[nodiscard]] bool is_chosen(std::uint32_t place) const noexcept {
    for (const std::uint32_t chosen : chosen_places_)
      if (chosen == place) return true;
    return false;
  }

  std::uint64_t seed_;
  Bounds bounds_;
  Rng rng_;
  RandomWalk fair_{1};
  std::vector<std::uint32_t> chosen_places_;
  bool has_early_timers_ = false;
  std::uint32_t place_ = 0, asked_ = 0;
};

}  // namespace poolproof::sim
