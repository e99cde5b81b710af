#pragma once
// The C library's clocks over the engine's: in an execution all of them stand still together, and
// move together.

#include <pthread.h>
#include <time.h>

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/task.h>

namespace poolproof::sim::as_is {

/// What `clock` shows at the engine's `now`.
timespec reading(clockid_t clock, Instant now) noexcept;
/// Of a time that none is: with nanoseconds below nothing or above a second.
constexpr Instant no_instant = Instant::min();

/// The engine's instant at which `clock` shows `time`; no_instant.
Instant instant_of(clockid_t clock, const timespec& time) noexcept;
/// The engine's instant after `duration` from now; no_instant.
Instant instant_after(const timespec& duration) noexcept;

/// The engine's side of a mutex.
MutexState& mutex_state(pthread_mutex_t& mutex);

}  // namespace poolproof::sim::as_is
