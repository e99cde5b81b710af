#pragma once
// The other mutexes, with the standard's names and meanings, for code that runs inside an Engine:
// timed, recursive, shared. Who gets one of them when several want it is the strategy's choice,
// and a reader may pass a writer that waits, as the standard allows.

#include <chrono>
#include <string_view>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/sim_timeout.h>

namespace poolproof::sim {

/// What they have in common: one owner, that may come back, or any number of those who share.
class OwnedMutexState {
 public:
  explicit OwnedMutexState(bool is_recursive) noexcept : is_recursive_(is_recursive) {}

  /// Returns whether it was got before `deadline`; Instant::max() is none, one that has passed
  /// makes it a try_lock.
  bool lock(Instant deadline);
  bool try_lock() { return lock(Instant::min()); }
  void unlock() noexcept;
  bool lock_shared(Instant deadline);
  bool try_lock_shared() { return lock_shared(Instant::min()); }
  void unlock_shared() noexcept;

 private:
  void refuse_unlock(std::string_view call) noexcept;

  const bool is_recursive_;
  SharedMutexState state_;
  std::uint32_t depth_ = 0;  // of a recursive one, beyond the first
};

class SimRecursiveMutex {
 public:
  SimRecursiveMutex() = default;
  SimRecursiveMutex(const SimRecursiveMutex&) = delete;
  SimRecursiveMutex& operator=(const SimRecursiveMutex&) = delete;

  void lock() { state_.lock(Instant::max()); }
  bool try_lock() { return state_.try_lock(); }
  void unlock() noexcept { state_.unlock(); }

 private:
  OwnedMutexState state_{true};
};

/// std::timed_mutex, std::recursive_timed_mutex.
template <bool IsRecursive>
class BasicSimTimedMutex {
 public:
  BasicSimTimedMutex() = default;
  BasicSimTimedMutex(const BasicSimTimedMutex&) = delete;
  BasicSimTimedMutex& operator=(const BasicSimTimedMutex&) = delete;

  void lock() { state_.lock(Instant::max()); }
  bool try_lock() { return state_.try_lock(); }
  template <class Rep, class Period>
  bool try_lock_for(std::chrono::duration<Rep, Period> timeout) {
    return state_.lock(deadline_of_wait("try_lock_for", timeout));
  }
  void unlock() noexcept { state_.unlock(); }

 private:
  OwnedMutexState state_{IsRecursive};
};
using SimTimedMutex = BasicSimTimedMutex<false>;
using SimRecursiveTimedMutex = BasicSimTimedMutex<true>;

class SimSharedMutex {
 public:
  SimSharedMutex() = default;
  SimSharedMutex(const SimSharedMutex&) = delete;
  SimSharedMutex& operator=(const SimSharedMutex&) = delete;

  void lock() { state_.lock(Instant::max()); }
  bool try_lock() { return state_.try_lock(); }
  void unlock() noexcept { state_.unlock(); }
  void lock_shared() { state_.lock_shared(Instant::max()); }
  bool try_lock_shared() { return state_.try_lock_shared(); }
  void unlock_shared() noexcept { state_.unlock_shared(); }

 protected:
  OwnedMutexState state_{false};
};

class SimSharedTimedMutex : public SimSharedMutex {
 public:
  template <class Rep, class Period>
  bool try_lock_for(std::chrono::duration<Rep, Period> timeout) {
    return state_.lock(deadline_of_wait("try_lock_for", timeout));
  }
  template <class Rep, class Period>
  bool try_lock_shared_for(std::chrono::duration<Rep, Period> timeout) {
    return state_.lock_shared(deadline_of_wait("try_lock_shared_for", timeout));
  }
};

}  // namespace poolproof::sim
