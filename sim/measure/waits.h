#pragma once
// How long callers waited, counted in buckets that are at most 1/32 of their lower bound wide:
// finer than a pool's own histogram, since a measurement can afford the memory.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

/// One thread at a time; `merge` brings those of several together.
class Waits {
 public:
  void add(Duration wait) noexcept {
    const auto ns = static_cast<std::uint64_t>(wait.count() < 0 ? 0 : wait.count());
    ++counts_[bucket_of(ns)];
    ++count_;
    sum_ns_ += ns;
    if (ns > max_ns_) max_ns_ = ns;
  }
  void merge(const Waits& other) noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  /// 0 when nothing was counted.
  [[nodiscard]] double mean_ns() const noexcept {
    return count_ == 0 ? 0 : static_cast<double>(sum_ns_) / static_cast<double>(count_);
  }
  [[nodiscard]] std::uint64_t max_ns() const noexcept { return max_ns_; }
  /// The wait that `percent` (0 to 100) of the callers did not exceed: the upper bound of its
  /// bucket, but never above max_ns(). 0 when nothing was counted.
  [[nodiscard]] std::uint64_t percentile_ns(double percent) const noexcept;

 private:
  static constexpr std::uint64_t parts = 32;  // of each power of two
  static constexpr int powers = 42;           // up to 2^42 ns, more than an hour

  static constexpr std::size_t bucket_of(std::uint64_t ns) noexcept {
    if (ns < parts) return ns;
    const int power = static_cast<int>(std::bit_width(ns)) - 6;  // 32 <= ns >> power < 64
    if (power >= powers - 5) return bucket_count - 1;
    return static_cast<std::size_t>(power) * parts + (ns >> power);
  }
  static constexpr std::uint64_t last_of(std::size_t bucket) noexcept {
    if (bucket < 2 * parts) return bucket;
    const std::uint64_t power = bucket / parts - 1;
    return ((bucket % parts + parts + 1) << power) - 1;
  }

  static constexpr std::size_t bucket_count = (powers - 3) * parts;

  std::array<std::uint32_t, bucket_count> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
  std::uint64_t max_ns_ = 0;
};

}  // namespace poolproof::sim
