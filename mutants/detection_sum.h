#pragma once
// What all seeds of one strategy say about one pool, out of the JSON that `poolproof detect`
// prints.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/clock.h>

namespace poolproof::mutants {

/// How small the failure could be made.
struct TraceSize {
  std::uint64_t clients = 0;
  std::uint64_t operations = 0;
  std::uint64_t preemptions = 0;
  std::string why_not_smaller;  ///< when it has more than 3 clients, 8 operations, 3 preemptions
};

struct DetectionSum {
  std::string strategy;
  std::uint64_t seeds = 0;             ///< tried
  std::uint64_t found = 0;             ///< of these
  std::uint64_t schedules = 0;         ///< in all
  std::vector<std::string> laws;       ///< that caught it under any seed: labels in order
  std::vector<std::string> scenarios;  ///< that showed it first under any seed
  /// Schedules to the first failure. Nothing when the seed in the middle, or one, found none.
  std::optional<std::uint64_t> median, worst;
  Duration time{};  ///< to the first failure, median over the seeds
  std::optional<TraceSize> shrunk;

  /// Whether every seed found it.
  [[nodiscard]] bool is_found() const noexcept { return seeds > 0 && found == seeds; }
};

/// Errors: one sentence, when `json` is not what detect prints for one strategy.
std::expected<DetectionSum, std::string> sum_up(std::string_view json);

}  // namespace poolproof::mutants
