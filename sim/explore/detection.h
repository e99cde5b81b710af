#pragma once
// How soon a strategy finds a broken pool: schedule after schedule over many scenarios in turn,
// until a law is broken.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <poolproof/sim/explore/search.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

/// What became of one seed.
struct Detection {
  std::uint64_t seed = 0;
  std::uint64_t schedules = 0;  ///< judged, the one with the failure included
  bool is_found = false;

  // When it is found:
  std::string scenario;
  std::vector<LawId> laws;  ///< broken by it, in order of number, each once
  Failure failure;
};

/// Schedule number i goes to scenario i mod n, as its execution number i div n: so a failure that
/// many scenarios show is found soon, and the count is one over the whole library. One OS thread,
/// always the same. Keeps one simulation for each scenario.
class Detector {
 public:
  /// `scenarios`: one at least, all of which the subject's capabilities allow. Both must outlive
  /// it.
  Detector(const SubjectEntry& subject, std::span<const Scenario> scenarios);

  [[nodiscard]] std::size_t scenarios() const noexcept { return courses_.size(); }

  /// Until the first failure, or until `schedules_max` were judged.
  Detection detect(const StrategyFactory& strategy, std::uint64_t seed,
                   std::uint64_t schedules_max);

 private:
  struct Course {
    const Scenario* scenario = nullptr;
    std::unique_ptr<Simulation> simulation;
    std::unique_ptr<Strategy> strategy;  ///< of the seed under way
  };

  std::vector<Course> courses_;
};

}  // namespace poolproof::sim
