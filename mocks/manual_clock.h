#pragma once
// A clock for real threads that stands still until a test moves it.

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

#include <poolproof/core/clock.h>

namespace poolproof::mocks {

/// Moves when told. Any thread, but whoever moves it must not hold a mutex that a waiter waits
/// with. Instant::max() is never reached. Must outlive its waiters.
class ManualClock final : public ThreadClock {
 public:
  explicit ManualClock(Instant start = Instant{}) noexcept : now_(start) {}
  ManualClock(const ManualClock&) = delete;
  ManualClock& operator=(const ManualClock&) = delete;

  [[nodiscard]] Instant now() const noexcept override { return now_.load(); }

  /// Moves time on by `length` (a mistake if negative), up to Instant::max(). On the way it stops
  /// at each deadline, in order, and notifies its waiter before going on; none whose deadline
  /// passed is left when it returns. Several moves follow one another. Blocks while a waiter's
  /// mutex is held.
  void advance(Duration length);
  /// The same, to `instant`, which must not lie in the past.
  void set(Instant instant);

  void sleep_until(Instant instant) override;
  std::cv_status wait_until(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                            Instant deadline) override;

  /// Threads that wait for an instant still to come, or for ever.
  [[nodiscard]] std::size_t waiters() const;
  /// Blocks until at least `count` threads wait: a test's way to know that they are asleep.
  void await_waiters(std::size_t count);

 private:
  struct Waiter;

  void move_to(Instant target);
  Waiter* take_passed(Instant target);
  void finish(Waiter& waiter);
  void enlist(Waiter& waiter);
  void strike(Waiter& waiter);
  void leave(Waiter& waiter, std::unique_lock<std::mutex>& lock);

  std::mutex moving_;  // held by the one who moves time; before any waiter's mutex, before mutex_
  mutable std::mutex mutex_;
  std::condition_variable changed_;  // goes with mutex_: a waiter came, or was let go
  std::atomic<Instant> now_;         // written under mutex_
  // Guarded by mutex_.
  Waiter* first_ = nullptr;  // in order of deadline, then of arrival
  Waiter* last_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace poolproof::mocks
