#pragma once
// Time, handed in. Nothing in the library reads a clock that it was not given.
// SteadyClock is the real one; mocks/manual_clock.h and sim/engine/sim_clock.h are the others.

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace poolproof {

class Clock;

/// A length of time. Nanoseconds, so that arithmetic is exact; 292 years at most. Where a function
/// takes one, Duration::max() means for ever, and what is less than 0 counts as 0, unless it says
/// otherwise.
using Duration = std::chrono::nanoseconds;

/// A point in time on an injected clock. Instants of two clocks have nothing in common.
/// Instant::max() means never.
using Instant = std::chrono::time_point<Clock, Duration>;

/// `from + timeout`, or Instant::max() ("never") where that would overflow. Negative timeouts
/// count as 0.
constexpr Instant deadline_after(Instant from, Duration timeout) noexcept {
  if (timeout <= Duration::zero()) return from;
  if (timeout >= Instant::max() - from) return Instant::max();
  return from + timeout;
}

/// Tells the time. Never goes back. Any thread. Who implements one for tests decides how fast it
/// goes: mocks/manual_clock.h stands still until it is moved.
class Clock {
 public:
  using duration = Duration;

  virtual ~Clock() = default;

  /// The instant now, on this clock. Does not block.
  [[nodiscard]] virtual Instant now() const noexcept = 0;

  /// A cheaper reading that may lag behind now() by a few milliseconds, for ages and expiries.
  [[nodiscard]] virtual Instant coarse_now() const noexcept { return now(); }

  /// Blocks the calling thread until `instant`; returns at once if it has passed.
  virtual void sleep_until(Instant instant) = 0;
};

/// A clock that real threads can wait on.
class ThreadClock : public Clock {
 public:
  /// Whether its instants are those of the machine's monotonic clock, so that threads may sleep
  /// until them in the kernel without asking this clock.
  [[nodiscard]] virtual bool is_machine_monotonic() const noexcept { return false; }

  /// Waits as std::condition_variable::wait_until does: until notified, spuriously, or until now()
  /// has reached `deadline`. `lock` is held on entry and on return. Must not throw.
  virtual std::cv_status wait_until(std::condition_variable& condition,
                                    std::unique_lock<std::mutex>& lock, Instant deadline) = 0;
};

/// The machine's monotonic clock. Its epoch is the machine's start; time during which the machine
/// is suspended is not counted. Has no state, so one for the whole program will do; it must
/// outlive the pools that were given it.
class SteadyClock final : public ThreadClock {
 public:
  [[nodiscard]] Instant now() const noexcept override;
  [[nodiscard]] Instant coarse_now() const noexcept override;
  [[nodiscard]] bool is_machine_monotonic() const noexcept override { return true; }
  void sleep_until(Instant instant) override;
  std::cv_status wait_until(std::condition_variable& condition, std::unique_lock<std::mutex>& lock,
                            Instant deadline) override;
};

}  // namespace poolproof
