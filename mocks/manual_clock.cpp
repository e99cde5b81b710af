#include <poolproof/mocks/manual_clock.h>

#include <cstdint>

#include <poolproof/core/ensure.h>

namespace poolproof::mocks {

// Why no wake-up is lost: a waiter enlists while it holds its own mutex W and gives W up only by
// falling asleep on its condition. The mover notifies under W. So the notification finds the
// waiter either asleep, or not yet enlisted, and then enlisting shows it the new time, which it
// reads under mutex_, where the mover wrote it.
//
// Why the mover never touches what is gone: it takes a waiter off the list (`notifying`) under
// mutex_, and says under mutex_ that it is done (`done`). A waiter that wakes meanwhile stays in
// leave() until then, and lets go of W, which the mover may be waiting for.
//
// Why nothing deadlocks: mutexes are taken in the order moving_, W, mutex_, and mutex_ is never
// held while another is awaited.

struct ManualClock::Waiter {
  enum class State : std::uint8_t { listed, notifying, done };

  Instant deadline;
  std::mutex* mutex;
  std::condition_variable* condition;
  // Guarded by the clock's mutex_.
  State state = State::listed;
  Waiter* before = nullptr;
  Waiter* after = nullptr;
};

namespace {

bool has_passed(Instant deadline, Instant now) {
  return deadline <= now && deadline != Instant::max();
}

}  // namespace

void ManualClock::advance(Duration length) {
  ensure(length >= Duration::zero());
  const std::lock_guard turn(moving_);
  move_to(deadline_after(now(), length));
}

void ManualClock::set(Instant instant) {
  const std::lock_guard turn(moving_);
  ensure(instant >= now());
  move_to(instant);
}

void ManualClock::move_to(Instant target) {
  while (Waiter* const waiter = take_passed(target)) {
    {
      const std::lock_guard guard(*waiter->mutex);
      // All: others may wait on the same condition, and this one must be among the woken.
      waiter->condition->notify_all();
    }
    finish(*waiter);
  }
}

/// Moves time to the next deadline and takes its waiter; to `target` when none is on the way.
ManualClock::Waiter* ManualClock::take_passed(Instant target) {
  const std::lock_guard guard(mutex_);
  Waiter* const waiter = first_;
  if (waiter == nullptr || !has_passed(waiter->deadline, target)) {
    now_.store(target);
    return nullptr;
  }
  now_.store(waiter->deadline);
  strike(*waiter);
  waiter->state = Waiter::State::notifying;
  return waiter;
}

void ManualClock::finish(Waiter& waiter) {
  const std::lock_guard guard(mutex_);
  waiter.state = Waiter::State::done;
  changed_.notify_all();
}

std::cv_status ManualClock::wait_until(std::condition_variable& condition,
                                       std::unique_lock<std::mutex>& lock, Instant deadline) {
  Waiter waiter{.deadline = deadline, .mutex = lock.mutex(), .condition = &condition};
  {
    const std::lock_guard guard(mutex_);
    if (has_passed(deadline, now())) return std::cv_status::timeout;
    enlist(waiter);
  }
  condition.wait(lock);
  leave(waiter, lock);
  return has_passed(deadline, now()) ? std::cv_status::timeout : std::cv_status::no_timeout;
}

void ManualClock::leave(Waiter& waiter, std::unique_lock<std::mutex>& lock) {
  {
    const std::lock_guard guard(mutex_);
    if (waiter.state == Waiter::State::listed) strike(waiter);
    if (waiter.state != Waiter::State::notifying) return;
  }
  lock.unlock();
  {
    std::unique_lock guard(mutex_);
    changed_.wait(guard, [&] { return waiter.state == Waiter::State::done; });
  }
  lock.lock();
}

void ManualClock::sleep_until(Instant instant) {
  std::mutex mutex;
  std::condition_variable condition;
  std::unique_lock lock(mutex);
  while (wait_until(condition, lock, instant) != std::cv_status::timeout) {
  }
}

std::size_t ManualClock::waiters() const {
  const std::lock_guard guard(mutex_);
  return count_;
}

void ManualClock::await_waiters(std::size_t count) {
  std::unique_lock guard(mutex_);
  changed_.wait(guard, [&] { return count_ >= count; });
}

void ManualClock::enlist(Waiter& waiter) {
  Waiter* before = last_;
  while (before != nullptr && before->deadline > waiter.deadline)
    before = before->before;
  waiter.before = before;
  waiter.after = before != nullptr ? before->after : first_;
  (waiter.before != nullptr ? waiter.before->after : first_) = &waiter;
  (waiter.after != nullptr ? waiter.after->before : last_) = &waiter;
  ++count_;
  changed_.notify_all();
}

void ManualClock::strike(Waiter& waiter) {
  (waiter.before != nullptr ? waiter.before->after : first_) = waiter.after;
  (waiter.after != nullptr ? waiter.after->before : last_) = waiter.before;
  --count_;
}

}  // namespace poolproof::mocks
