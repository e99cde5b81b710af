#pragma once
// The other mutexes, with the standard's names and meanings, for code that runs inside an Engine:
// timed, recursive, shared. Who gets one of them when several want it is the strategy's choice,
// and a reader may pass a writer that waits, as the standard allows.

#include <chrono>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/sim_timeout.h>

namespace poolproof::sim {

/// What they have in common: one owner, that may come back, or any number of those who share.
class OwnedMutexState {
 public:
  explicit OwnedMutexState(bool is_recursive) noexcept : is_recursive_(is_recursive) {}

  /// Returns whether it was got before `deadline`; Instant::max() is none.
  bool lock(Instant deadline);
  bool try_lock();
  void unlock() noexcept;
  bool lock_shared(Instant deadline);
  bool try_lock_shared();
  void unlock_shared() noexcept;

 private:
  [[nodiscard]] bool may_own() const noexcept;
  [[nodiscard]] bool may_share() const noexcept { return depth_ == 0; }
  void own() noexcept;
  void share() noexcept;
  template <class Can>
  bool wait(IntentKind kind, Instant deadline, Can can);
  void refuse_unlock(std::string_view call) noexcept;

  const bool is_recursive_;
  WaitState state_;
  TaskId owner_ = no_task;  // meaningful while depth_ > 0
  std::uint32_t depth_ = 0;
  std::uint32_t sharers_ = 0;
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
