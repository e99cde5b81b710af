#pragma once
// How long to wait before what has failed is tried again.

#include <algorithm>
#include <cstdint>

#include <poolproof/core/clock.h>
#include <poolproof/core/rng.h>

namespace poolproof {

/// The bounds of a pause that grows: `first` after the first failure, doubled after each further
/// one, never longer than `max`.
struct Backoff {
  Duration first{};
  Duration max{};
};

/// The pause after failure number `failures`, counted from 1, before chance shortens it.
constexpr Duration longest_pause(std::uint64_t failures, const Backoff& backoff) noexcept {
  Duration pause = std::min(backoff.first, backoff.max);
  for (; failures > 1 && pause < backoff.max; --failures)
    pause = pause > backoff.max / 2 ? backoff.max : 2 * pause;
  return pause;
}

/// The same, of which the upper half is by chance. Source: Marc Brooker, "Exponential backoff and
/// jitter", AWS Architecture Blog, 2015 ("equal jitter").
constexpr Duration pause_after(std::uint64_t failures, const Backoff& backoff, Rng& rng) noexcept {
  constexpr std::uint32_t parts = 1024;
  const Duration pause = longest_pause(failures, backoff);
  const Duration half = pause / 2;
  return pause - half + half / parts * static_cast<Duration::rep>(rng.below(parts + 1));
}

}  // namespace poolproof
