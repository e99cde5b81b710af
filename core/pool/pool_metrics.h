#pragma once
// One consistent snapshot of a pool's numbers, and how long its callers waited.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include <poolproof/core/clock.h>

namespace poolproof {

/// Counts waits in buckets whose width is at most 1/4 of their lower bound, or 1 ns; the last is
/// open. Fixed size, no allocation. One thread at a time; the pool keeps it under its lock and
/// hands out copies.
class WaitHistogram {
 public:
  /// An acquire that did not have to wait: one increment, no clock.
  void add_none() noexcept { ++counts_[0]; }
  void add(Duration wait) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept;
  /// How many waits were shorter than `bound`; exact when `bound` is 1 to 4 ns, or 4, 5, 6 or 7 ns
  /// times a power of two up to 2^44 ns, and otherwise of the next one of these below it.
  [[nodiscard]] std::uint64_t count_below(Duration bound) const noexcept;
  /// Of all waits; stays at Duration::max() when it gets there, after 292 years.
  [[nodiscard]] Duration sum() const noexcept { return sum_; }
  /// The wait that `percent` (0 to 100) of the callers did not exceed, rounded up to its bucket's
  /// bound but never above max(). 0 when nothing was counted.
  [[nodiscard]] Duration percentile(double percent) const noexcept;
  [[nodiscard]] Duration p50() const noexcept { return percentile(50); }
  [[nodiscard]] Duration p99() const noexcept { return percentile(99); }
  [[nodiscard]] Duration max() const noexcept { return max_; }

  friend bool operator==(const WaitHistogram&, const WaitHistogram&) = default;

 private:
  static constexpr std::size_t bucket_count =
      4 * 44;  // 4 per power of two, up to 2^44 ns (4.8 hours)

  std::array<std::uint64_t, bucket_count> counts_{};
  Duration max_{};
  Duration sum_{};
};

/// All numbers belong to one instant under the pool's lock: total = idle + in_use + invalid, and
/// acquires - releases = leases. Counters (the second group) never go back. A value, which stays
/// as it is while the pool goes on; prometheus.h writes it for a monitoring system.
///
/// Example:
///   const PoolMetrics metrics = pool.metrics();
///   if (metrics.waiting > 0 && metrics.waits.p99() > std::chrono::milliseconds(100))
///     std::cerr << to_string(metrics) << "\n";
struct PoolMetrics {
  std::size_t total = 0;  ///< connections: idle + in_use + invalid
  std::size_t idle = 0;
  std::size_t in_use = 0;   ///< held by leases and by the pool's own checks; printed as `active`
  std::size_t invalid = 0;  ///< being closed
  std::size_t opening = 0;  ///< slots whose connect is running: not yet connections
  std::size_t leases = 0;   ///< connections that callers hold
  std::size_t waiting = 0;  ///< callers in the queue

  std::uint64_t acquires = 0;          ///< leases given out
  std::uint64_t releases = 0;          ///< leases ended
  std::uint64_t timeouts = 0;          ///< acquires that ended with timed_out
  std::uint64_t connects = 0;          ///< sessions opened
  std::uint64_t connect_failures = 0;  ///< connects that failed or threw
  std::uint64_t closes = 0;            ///< sessions closed

  WaitHistogram waits;  ///< of the acquires that got a lease, until it was granted

  friend bool operator==(const PoolMetrics&, const PoolMetrics&) = default;
};

/// "PoolMetrics{ total=10, idle=3, active=5, invalid=2, waiting=1, acquires=100, timeouts=2 }"
std::string to_string(const PoolMetrics& metrics);

}  // namespace poolproof
