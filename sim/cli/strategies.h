#pragma once
// The strategies that --strategy knows.

#include <span>
#include <string_view>

#include <poolproof/sim/explore/pct.h>
#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// What can be asked of a strategy beside its seed.
struct StrategyOptions {
  std::uint32_t pct_depth = Pct::depth_default;
};

struct StrategyEntry {
  std::string_view name;
  std::string_view about;  ///< one sentence
  /// nullptr: a search of its own (exhaustive_check.h).
  std::unique_ptr<Strategy> (*make)(std::uint64_t seed, const StrategyOptions& options);
};

std::span<const StrategyEntry> strategies() noexcept;

/// nullptr when there is none of that name.
const StrategyEntry* find_strategy(std::string_view name) noexcept;

}  // namespace poolproof::sim
