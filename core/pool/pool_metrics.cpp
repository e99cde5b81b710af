#include <poolproof/core/pool/pool_metrics.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

namespace poolproof {
namespace {

// Waits of 0 to 3 ns have a bucket each; from 4 ns on each power of two has four.
std::size_t bucket_of(std::uint64_t ns) {
  if (ns < 4) return ns;
  const auto exponent = static_cast<std::size_t>(std::bit_width(ns)) - 1;
  return 4 * (exponent - 1) + ((ns >> (exponent - 2)) & 3U);
}

std::int64_t first_of(std::size_t bucket) {
  if (bucket < 4) return static_cast<std::int64_t>(bucket);
  return static_cast<std::int64_t>(4 + bucket % 4) << (bucket / 4 - 1);
}

}  // namespace

void WaitHistogram::add(Duration wait) noexcept {
  const auto ns = static_cast<std::uint64_t>(std::max<Duration::rep>(wait.count(), 0));
  ++counts_[std::min(bucket_of(ns), bucket_count - 1)];
  max_ = std::max(max_, wait);
  const Duration longer = std::max(wait, Duration::zero());
  sum_ += std::min(longer, Duration::max() - sum_);
}

std::uint64_t WaitHistogram::count() const noexcept {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

std::uint64_t WaitHistogram::count_below(Duration bound) const noexcept {
  const auto ns = static_cast<std::uint64_t>(std::max<Duration::rep>(bound.count(), 0));
  const auto end =
      counts_.begin() + static_cast<std::ptrdiff_t>(std::min(bucket_of(ns), bucket_count - 1));
  return std::accumulate(counts_.begin(), end, std::uint64_t{0});
}

Duration WaitHistogram::percentile(double percent) const noexcept {
  const double share = std::clamp(percent, 0.0, 100.0) / 100.0;
  const double wanted = std::max(1.0, std::ceil(share * static_cast<double>(count())));
  std::uint64_t counted = 0;
  for (std::size_t bucket = 0; bucket + 1 < bucket_count; ++bucket) {
    counted += counts_[bucket];
    if (static_cast<double>(counted) < wanted) continue;
    return std::min(Duration(first_of(bucket + 1) - 1), max_);
  }
  return max_;  // In the last bucket, which has no upper bound, or nothing was counted.
}

std::string to_string(const PoolMetrics& metrics) {
  std::string text = "PoolMetrics{";
  auto add = [&, separator = " "](const char* name, std::uint64_t value) mutable {
    text += std::exchange(separator, ", ");
    text.append(name).append("=").append(std::to_string(value));
  };
  add("total", metrics.total);
  add("idle", metrics.idle);
  add("active", metrics.in_use);
  add("invalid", metrics.invalid);
  add("waiting", metrics.waiting);
  add("acquires", metrics.acquires);
  add("timeouts", metrics.timeouts);
  return text + " }";
}

}  // namespace poolproof
