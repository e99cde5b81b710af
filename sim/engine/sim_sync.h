#pragma once
// mutex, condition_variable, counting_semaphore and atomic, with the standard's names and
// meanings, for code that runs inside an Engine. Every operation is a scheduling point. Outside an
// execution they are a mistake.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/sim_timeout.h>

namespace poolproof::sim {

class SimMutex {
 public:
  SimMutex() = default;
  SimMutex(const SimMutex&) = delete;
  SimMutex& operator=(const SimMutex&) = delete;

  void lock() { Engine::current().lock(state_); }
  bool try_lock() { return Engine::current().try_lock(state_); }
  void unlock() noexcept { Engine::current().unlock(state_); }

 private:
  friend class SimConditionVariable;
  MutexState state_;
};

/// Waits may also end spuriously, as often as the scenario allows. Deadlines are instants of the
/// virtual clock.
class SimConditionVariable {
 public:
  SimConditionVariable() = default;
  SimConditionVariable(const SimConditionVariable&) = delete;
  SimConditionVariable& operator=(const SimConditionVariable&) = delete;

  void notify_one() noexcept { Engine::current().notify_one(state_); }
  void notify_all() noexcept { Engine::current().notify_all(state_); }

  void wait(std::unique_lock<SimMutex>& lock) { wait_until(lock, Instant::max()); }
  template <class Predicate>
  void wait(std::unique_lock<SimMutex>& lock, Predicate predicate) {
    while (!predicate())
      wait(lock);
  }

  std::cv_status wait_until(std::unique_lock<SimMutex>& lock, Instant deadline) {
    const bool timed_out = Engine::current().wait(state_, lock.mutex()->state_, deadline);
    return timed_out ? std::cv_status::timeout : std::cv_status::no_timeout;
  }
  template <class Predicate>
  bool wait_until(std::unique_lock<SimMutex>& lock, Instant deadline, Predicate predicate) {
    while (!predicate()) {
      if (wait_until(lock, deadline) == std::cv_status::timeout) return predicate();
    }
    return true;
  }

  template <class Rep, class Period>
  std::cv_status wait_for(std::unique_lock<SimMutex>& lock,
                          std::chrono::duration<Rep, Period> timeout) {
    return wait_until(lock, deadline_of_wait("wait_for", timeout));
  }
  template <class Rep, class Period, class Predicate>
  bool wait_for(std::unique_lock<SimMutex>& lock, std::chrono::duration<Rep, Period> timeout,
                Predicate predicate) {
    return wait_until(lock, deadline_of_wait("wait_for", timeout), std::move(predicate));
  }

 private:
  WaitState state_;
};

/// Ends the execution: there are more permits than `most`.
void refuse_release(const SemaphoreState& semaphore, std::ptrdiff_t most);

template <std::ptrdiff_t LeastMax = 0x7fffffff>
class SimCountingSemaphore {
 public:
  explicit SimCountingSemaphore(std::ptrdiff_t permits) {
    state_.permits = static_cast<std::uint64_t>(permits);
  }
  SimCountingSemaphore(const SimCountingSemaphore&) = delete;
  SimCountingSemaphore& operator=(const SimCountingSemaphore&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return LeastMax; }

  void acquire() { Engine::current().acquire(state_); }
  bool try_acquire() { return Engine::current().try_acquire(state_); }
  bool try_acquire_until(Instant deadline) {
    return Engine::current().acquire_until(state_, deadline);
  }
  template <class Rep, class Period>
  bool try_acquire_for(std::chrono::duration<Rep, Period> timeout) {
    return try_acquire_until(deadline_of_wait("try_acquire_for", timeout));
  }
  /// More than max(), which the standard leaves undefined, ends the execution.
  void release(std::ptrdiff_t permits = 1) {
    Engine::current().release(state_, static_cast<std::uint64_t>(permits));
    if (state_.permits > static_cast<std::uint64_t>(LeastMax)) refuse_release(state_, LeastMax);
  }

 private:
  SemaphoreState state_;
};

}  // namespace poolproof::sim
