#pragma once
// How large a pool should be: a rule of thumb to start measuring from.

#include <algorithm>
#include <cstddef>

#include <poolproof/core/pool/pool_config.h>

namespace poolproof {

/// The machine that the database runs on, not the application's.
struct DatabaseHost {
  /// Physical ones: hyperthreads do not count. 0, as where nobody knows, counts as 1.
  std::size_t cores = 1;
  /// Disks that the queries wait for: 0 when all data in use is in memory, up to the number of
  /// disks the less it is. The rule was found with spinning disks; an SSD has fewer waits to fill,
  /// so count it as 0 or 1.
  std::size_t effective_spindles = 0;
};

/// cores * 2 + effective spindles: as many connections as a database keeps busy. This is for all
/// pools of that database together; more of them wait in the database instead of in the pool, and
/// slow each other down. 1 to PoolConfig::max_size_limit. A deadlock of callers that hold several
/// leases at once needs another bound: callers * (leases of each - 1) + 1.
/// Source: "Number Of Database Connections", wiki.postgresql.org; after it HikariCP's "About Pool
/// Sizing".
constexpr std::size_t pool_size_for(const DatabaseHost& host) noexcept {
  constexpr std::size_t limit = PoolConfig::max_size_limit;
  const std::size_t cores = std::clamp<std::size_t>(host.cores, 1, limit);
  const std::size_t spindles = std::min(host.effective_spindles, limit);
  return std::min(cores * 2 + spindles, limit);
}

}  // namespace poolproof
