#include <poolproof/sim/measure/waits.h>

#include <algorithm>
#include <cmath>

namespace poolproof::sim {

void Waits::merge(const Waits& other) noexcept {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_ns_ += other.sum_ns_;
  max_ns_ = std::max(max_ns_, other.max_ns_);
}

std::uint64_t Waits::percentile_ns(double percent) const noexcept {
  if (count_ == 0) return 0;
  const double share = std::clamp(percent, 0.0, 100.0) / 100.0 * static_cast<double>(count_);
  const std::uint64_t wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < counts_.size(); ++bucket) {
    seen += counts_[bucket];
    const bool is_open = bucket + 1 == counts_.size();
    if (seen >= wanted && !is_open) return std::min(last_of(bucket), max_ns_);
  }
  return max_ns_;
}

}  // namespace poolproof::sim
