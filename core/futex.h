#pragma once
// Sleeping in the kernel on a word of one's own: what mutexes and condition variables are made of.
// Linux's futex, of this process only.

#include <atomic>
#include <cstdint>

#include <poolproof/core/clock.h>

namespace poolproof {

/// Sleeps while `word` is `expected`: until woken, or until `deadline`, an instant of the
/// machine's monotonic clock, or for no reason; Instant::max() is never. Any thread. Source:
/// futex(2), FUTEX_WAIT_BITSET.
void futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                Instant deadline) noexcept;

/// Wakes one of those who sleep on `word`, which need not be there any more: what sleeps in its
/// place by then is woken for no reason. One call of the kernel.
void futex_wake_one(const std::atomic<std::uint32_t>& word) noexcept;

}  // namespace poolproof
