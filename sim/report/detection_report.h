#pragma once
// What detect says: for each strategy, how soon each seed led to a failure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/sim/explore/detection.h>
#include <poolproof/sim/explore/shrink.h>

namespace poolproof::sim {

struct SeedReport {
  Detection detection;
  Duration elapsed{};
  std::string token;                 ///< replays the failure; empty when there is none
  std::optional<ShrunkSize> shrunk;  ///< of the strategy's first failure
  std::string shrunk_token;
  std::string why_not_smaller;  ///< when `shrunk` is more than small_enough
};

struct StrategyReport {
  std::string strategy;
  std::vector<SeedReport> seeds;
};

struct DetectionReport {
  std::string subject;
  std::string about;
  std::size_t scenarios = 0;
  std::uint64_t schedules_max = 0;
  std::vector<StrategyReport> strategies;
};

[[nodiscard]] bool has_failure(const DetectionReport& report) noexcept;

/// One line: the seed, how many schedules it took, what broke and where.
std::string seed_line(const SeedReport& seed);
std::string detection_json(const DetectionReport& report);

}  // namespace poolproof::sim
