#pragma once
// A counting semaphore that honours deadlines of the injected clock and can be closed, as those of
// asynchronous runtimes can. Made of Platform's parts, so that it runs on any of them.

#include <condition_variable>
#include <cstddef>
#include <mutex>

#include <poolproof/core/clock.h>

namespace poolproof::subjects::zoo {

enum class Permit { granted, timed_out, closed };

/// Any thread. Newcomers may overtake those who wait.
template <class Platform>
class Semaphore {
 public:
  Semaphore(std::size_t permits, typename Platform::clock& clock)
      : clock_(clock), permits_(permits) {}

  /// Blocks.
  Permit acquire_until(Instant deadline) {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (is_closed_) return Permit::closed;
      if (permits_ > 0) {
        --permits_;
        return Permit::granted;
      }
      if (clock_.now() >= deadline) return Permit::timed_out;
      Platform::wait_until(changed_, lock, clock_, deadline);
    }
  }

  void release() {
    {
      const std::unique_lock lock(mutex_);
      ++permits_;
    }
    changed_.notify_one();
  }

  /// Nobody is granted a permit any more.
  void close() {
    {
      const std::unique_lock lock(mutex_);
      is_closed_ = true;
    }
    changed_.notify_all();
  }

 private:
  typename Platform::clock& clock_;

  typename Platform::mutex mutex_;
  typename Platform::condition_variable changed_;
  // Guarded by mutex_.
  std::size_t permits_;
  bool is_closed_ = false;
};

}  // namespace poolproof::subjects::zoo
