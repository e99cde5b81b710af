#include <poolproof/core/parker.h>

#include <poolproof/core/ensure.h>
#include <poolproof/core/futex.h>

namespace poolproof {
namespace {

bool has_passed(const ThreadClock& clock, Instant deadline) {
  return deadline != Instant::max() && clock.now() >= deadline;
}

}  // namespace

Call Parker::park_until(ThreadClock& clock, Instant deadline) {
  return clock.is_machine_monotonic() ? park_in_kernel(clock, deadline)
                                      : park_by_clock(clock, deadline);
}

Call Parker::hear() {
  return static_cast<Call>(word_.exchange(0, std::memory_order_acquire));
}

Call Parker::park_in_kernel(ThreadClock& clock, Instant deadline) {
  for (;;) {
    std::uint32_t found = 0;
    if (!word_.compare_exchange_strong(found, sleeps, std::memory_order_relaxed)) return hear();
    futex_wait(word_, sleeps, deadline);
    found = sleeps;
    if (!word_.compare_exchange_strong(found, 0, std::memory_order_relaxed)) return hear();
    if (has_passed(clock, deadline)) return Call::none;
  }
}

// Who calls holds the mutex while it changes the word, and until it has notified: the sleeper, who
// hears under the mutex, can't be gone before.
Call Parker::park_by_clock(ThreadClock& clock, Instant deadline) {
  std::unique_lock lock(mutex_);
  struct Awake {
    std::atomic<std::uint32_t>& word;
    ~Awake() {
      std::uint32_t found = sleeps_by_clock;
      word.compare_exchange_strong(found, 0, std::memory_order_relaxed);
    }
  };
  std::uint32_t found = 0;
  if (!word_.compare_exchange_strong(found, sleeps_by_clock, std::memory_order_relaxed))
    return hear();
  {
    const Awake at_the_end{word_};
    while (word_.load(std::memory_order_relaxed) == sleeps_by_clock &&
           !has_passed(clock, deadline))
      clock.wait_until(called_, lock, deadline);
  }
  return hear();
}

void Parker::unpark(Call call) noexcept {
  ensure(call != Call::none);
  const auto wanted = static_cast<std::uint32_t>(call);
  std::uint32_t found = word_.load(std::memory_order_relaxed);
  for (;;) {
    if (found == sleeps_by_clock) {
      const std::lock_guard lock(mutex_);
      found = sleeps_by_clock;
      if (!word_.compare_exchange_strong(found, wanted, std::memory_order_release)) continue;
      called_.notify_one();
      return;
    }
    const bool is_heard_already =
        call == Call::look && found == static_cast<std::uint32_t>(Call::leave);
    if (is_heard_already) return;
    if (!word_.compare_exchange_weak(found, wanted, std::memory_order_release)) continue;
    if (found == sleeps) futex_wake_one(word_);
    return;
  }
}

}  // namespace poolproof
