#pragma once
// Lets those who look for something without a lock sleep without missing it: read `version()`,
// look, and only then wait for the version to have moved on. Known from folly's EventCount.

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include <poolproof/core/clock.h>

namespace poolproof::subjects::zoo {

/// Any thread.
template <class Platform>
class EventCount {
 public:
  explicit EventCount(typename Platform::clock& clock) : clock_(clock) {}

  std::uint64_t version() {
    const std::unique_lock lock(mutex_);
    return version_;
  }

  /// Called after whatever the others may look for has been put in place.
  void signal() {
    {
      const std::unique_lock lock(mutex_);
      ++version_;
    }
    moved_on_.notify_all();
  }

  /// Blocks until a signal since `seen` was read, or the deadline.
  void wait_until(std::uint64_t seen, Instant deadline) {
    std::unique_lock lock(mutex_);
    while (version_ == seen && clock_.now() < deadline)
      Platform::wait_until(moved_on_, lock, clock_, deadline);
  }

 private:
  typename Platform::clock& clock_;

  typename Platform::mutex mutex_;
  typename Platform::condition_variable moved_on_;
  std::uint64_t version_ = 0;  // guarded by mutex_
};

}  // namespace poolproof::subjects::zoo
