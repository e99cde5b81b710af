#pragma once
// condition_variable_any, made of a mutex and a condition variable as the standard library makes
// it.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

#include <poolproof/sim/engine/sim_sync.h>
#include <poolproof/sim/engine/sim_thread.h>

namespace poolproof::sim {

class SimConditionVariableAny {
 public:
  SimConditionVariableAny() : inside_(std::make_shared<Inside>()) {}
  SimConditionVariableAny(const SimConditionVariableAny&) = delete;
  SimConditionVariableAny& operator=(const SimConditionVariableAny&) = delete;

  void notify_one() noexcept {
    const std::scoped_lock lock(inside_->mutex);
    inside_->changed.notify_one();
  }
  void notify_all() noexcept {
    const std::scoped_lock lock(inside_->mutex);
    inside_->changed.notify_all();
  }

  template <class Lock>
  void wait(Lock& lock) {
    wait_until_instant(lock, Instant::max());
  }
  template <class Lock, class Predicate>
  void wait(Lock& lock, Predicate predicate) {
    while (!predicate())
      wait(lock);
  }
  /// Returns what `predicate` says in the end; false at once when a stop was requested before.
  template <class Lock, class Predicate>
  bool wait(Lock& lock, SimStopToken token, Predicate predicate) {
    const SimStopCallback wake(token, [inside = inside_] {
      const std::scoped_lock held(inside->mutex);
      inside->changed.notify_all();
    });
    while (!predicate()) {
      if (!wait_unless_stopped(lock, token)) return predicate();
    }
    return true;
  }

  template <class Lock, class Rep, class Period>
  std::cv_status wait_for(Lock& lock, std::chrono::duration<Rep, Period> timeout) {
    return wait_until_instant(lock, deadline_of_wait("wait_for", timeout));
  }
  template <class Lock, class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, std::chrono::duration<Rep, Period> timeout, Predicate predicate) {
    const Instant deadline = deadline_of_wait("wait_for", timeout);
    while (!predicate()) {
      if (wait_until_instant(lock, deadline) == std::cv_status::timeout) return predicate();
    }
    return true;
  }

 private:
  /// Shared, because the standard lets the condition be destroyed while the notified still leave.
  struct Inside {
    SimMutex mutex;
    SimConditionVariable changed;
  };

  /// Gives `lock` back, and takes it again once the inner mutex is free.
  template <class Lock>
  struct Unlocked {
    explicit Unlocked(Lock& held) : lock(held) { lock.unlock(); }
    ~Unlocked() noexcept(false) { lock.lock(); }
    Unlocked(const Unlocked&) = delete;
    Unlocked& operator=(const Unlocked&) = delete;
    Lock& lock;
  };

  template <class Lock>
  std::cv_status wait_until_instant(Lock& lock, Instant deadline) {
    const std::shared_ptr<Inside> inside = inside_;
    std::unique_lock<SimMutex> mine(inside->mutex);
    const Unlocked<Lock> unlocked(lock);
    std::unique_lock<SimMutex> held(std::move(mine));  // Ends before `unlocked` does.
    return inside->changed.wait_until(held, deadline);
  }

  template <class Lock>
  bool wait_unless_stopped(Lock& lock, const SimStopToken& token) {
    const std::shared_ptr<Inside> inside = inside_;
    std::unique_lock<SimMutex> mine(inside->mutex);
    if (token.stop_requested()) return false;
    const Unlocked<Lock> unlocked(lock);
    std::unique_lock<SimMutex> held(std::move(mine));
    inside->changed.wait(held);
    return true;
  }

  std::shared_ptr<Inside> inside_;
};

}  // namespace poolproof::sim
