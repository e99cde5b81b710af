#pragma once
// A value and its lock, which cannot be had apart.

#include <concepts>
#include <mutex>
#include <utility>

namespace poolproof {

template <class T, class Mutex>
class Guarded {
 public:
  template <class... Arguments>
  explicit Guarded(Arguments&&... arguments) : value_(std::forward<Arguments>(arguments)...) {}

  /// Calls `act(value)`, or `act(value, lock)` for one that must wait on a condition, with the
  /// lock held, and returns what it returns. `act` must not keep a reference to the value.
  template <class Act>
  auto with(Act&& act) {
    if constexpr (std::invocable<Act&, T&>) {
      const std::lock_guard<Mutex> lock(mutex_);
      return act(value_);
    } else {
      std::unique_lock<Mutex> lock(mutex_);
      return act(value_, lock);
    }
  }

 private:
  Mutex mutex_;
  T value_;
};

}  // namespace poolproof
