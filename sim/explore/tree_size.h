#pragma once
// How many executions a search without reduction would need, without running them.

#include <cstdint>

#include <poolproof/core/rng.h>
#include <poolproof/sim/explore/simulation.h>

namespace poolproof::sim {

/// Chooses by chance and multiplies the numbers of options: on average, the number of executions
/// (Knuth, "Estimating the efficiency of backtrack programs", 1975). From few probes it is mostly
/// too low: seldom met parts weigh most.
class TreeProbe final : public Strategy {
 public:
  explicit TreeProbe(std::uint64_t seed) noexcept : seed_(seed), rng_(seed) {}
  void begin(std::uint64_t execution) override {
    rng_ = Rng::stream(seed_, execution);
    size_ = 1;
  }
  std::uint32_t choose(const ChoicePoint& point) override {
    if (point.kind == ChoiceKind::fault && point.numerator >= point.denominator) return 1;
    size_ *= point.options;
    return rng_.below(point.options);
  }
  [[nodiscard]] double size() const noexcept { return size_; }

 private:
  std::uint64_t seed_;
  Rng rng_;
  double size_ = 1;
};

/// The mean of `probes` probes.
double estimated_executions(const SubjectEntry& subject, const Scenario& scenario,
                            std::uint64_t probes = 10'000);

}  // namespace poolproof::sim
