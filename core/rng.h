#pragma once
// The one source of chance. The standard's distributions give other numbers with other libraries;
// this gives the same ones everywhere.

#include <cstdint>

namespace poolproof {

/// A small, fast generator with one word of state. Not for secrets. One thread at a time.
/// Source: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators",
/// OOPSLA 2014).
class Rng {
 public:
  constexpr explicit Rng(std::uint64_t seed) noexcept : state_(seed) {}

  constexpr std::uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15U;
    return mix(state_);
  }

  /// A number from 0 to `bound` - 1; 0 for bound 0. Off uniform by less than bound / 2^32.
  constexpr std::uint32_t below(std::uint32_t bound) noexcept {
    return static_cast<std::uint32_t>(((next() >> 32U) * bound) >> 32U);
  }

  /// True in `numerator` of `denominator` cases.
  constexpr bool chance(std::uint32_t numerator, std::uint32_t denominator) noexcept {
    return below(denominator) < numerator;
  }

  /// A generator for stream `index` of `seed`: streams are independent of the order they are used
  /// in.
  static constexpr Rng stream(std::uint64_t seed, std::uint64_t index) noexcept {
    return Rng(mix(seed ^ mix(index + 0x9e3779b97f4a7c15U)));
  }

  /// SplitMix64's last steps, good as a hash too: every bit of the result hangs on every bit of
  /// `z`.
  static constexpr std::uint64_t mix(std::uint64_t z) noexcept {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_;
};

}  // namespace poolproof
