#include <poolproof/core/clock.h>

#include <time.h>

#include <thread>

namespace poolproof {
namespace {

using Steady = std::chrono::steady_clock;

Steady::time_point to_steady(Instant instant) {
  return Steady::time_point(
      std::chrono::duration_cast<Steady::duration>(instant.time_since_epoch()));
}

}  // namespace

Instant SteadyClock::now() const noexcept {
  return Instant(Steady::now().time_since_epoch());
}

Instant SteadyClock::coarse_now() const noexcept {
  timespec reading{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &reading);
  return Instant(std::chrono::seconds(reading.tv_sec) + Duration(reading.tv_nsec));
}

void SteadyClock::sleep_until(Instant instant) {
  std::this_thread::sleep_until(to_steady(instant));
}

std::cv_status SteadyClock::wait_until(std::condition_variable& condition,
                                       std::unique_lock<std::mutex>& lock, Instant deadline) {
  if (deadline != Instant::max()) return condition.wait_until(lock, to_steady(deadline));
  condition.wait(lock);
  return std::cv_status::no_timeout;
}

}  // namespace poolproof
