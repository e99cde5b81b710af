#pragma once
// Sleeping until an instant of a pool's clock, or until one is told not to.

#include <mutex>

#include <poolproof/core/clock.h>

namespace poolproof {

/// Returns whether it came to the end: false as soon as `stop` is requested.
template <class Platform>
bool pause_until(typename Platform::clock& clock, Instant end,
                 const typename Platform::stop_token& stop) {
  typename Platform::mutex mutex;
  typename Platform::condition_variable changed;
  bool is_stopped = false;  // guarded by mutex
  const auto wake = [&] {
    const std::unique_lock lock(mutex);
    is_stopped = true;
    changed.notify_all();
  };
  const typename Platform::template stop_callback<decltype(wake)> callback(stop, wake);
  std::unique_lock lock(mutex);
  while (!is_stopped && clock.now() < end)
    Platform::wait_until(changed, lock, clock, end);
  return !is_stopped;
}

}  // namespace poolproof
