#pragma once
// Where one thread sleeps until another calls it.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include <poolproof/core/clock.h>

namespace poolproof {

/// Why a parked thread goes on.
enum class Call : std::uint32_t {
  none,   ///< nobody called: the deadline has passed
  look,   ///< things have changed: look again, and come back
  leave,  ///< it has what it came for
};

/// One thread parks, any may call it. A call that comes before is not lost; `leave` takes the
/// place of a `look` that was not heard yet. After `leave` the parker may be gone at once, so it
/// is the last call; whoever calls `look` sees to it that the parker is there until it returns. On
/// SteadyClock a call costs one system call, and none when nobody sleeps. Source:
/// java.util.concurrent.locks.LockSupport.
class Parker {
 public:
  Parker() noexcept = default;
  Parker(const Parker&) = delete;
  Parker& operator=(const Parker&) = delete;

  /// Sleeps until called, or until `deadline` of `clock`; Instant::max() is never. Throws what the
  /// clock's wait throws: then nobody has called yet, or the call is heard by the next
  /// park_until().
  Call park_until(ThreadClock& clock, Instant deadline);

  /// `call` is not none.
  void unpark(Call call) noexcept;

  /// Whether those who parked can still be there: not in the simulator, when an execution is being
  /// unwound that has ended early.
  static constexpr bool can_be_called() noexcept { return true; }

 private:
  // What the word says beside a call that waits to be heard.
  static constexpr std::uint32_t sleeps = 3;
  static constexpr std::uint32_t sleeps_by_clock = 4;

  Call hear();
  Call park_in_kernel(ThreadClock& clock, Instant deadline);
  Call park_by_clock(ThreadClock& clock, Instant deadline);

  std::atomic<std::uint32_t> word_{0};
  // For clocks that only know how to wait on these.
  std::mutex mutex_;
  std::condition_variable called_;  // goes with mutex_: the word has changed
};

}  // namespace poolproof
