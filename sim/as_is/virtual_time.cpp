#include <poolproof/sim/as_is/virtual_time.h>

#include <sys/time.h>
#include <threads.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/threads.h>

namespace poolproof::sim::as_is {
namespace {

constexpr Duration second = std::chrono::seconds(1);
/// What the clocks show when an execution begins: a long time after any epoch, so that programs
/// may subtract.
constexpr Duration calendar_begin = std::chrono::seconds(1'000'000'000);
constexpr Duration steady_begin = std::chrono::seconds(1'000'000);

Duration begin_of(clockid_t clock) noexcept {
  switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_TAI:
      return calendar_begin;
    default:
      return steady_begin;
  }
}

timespec to_timespec(Duration duration) noexcept {
  return {.tv_sec = duration / second, .tv_nsec = (duration % second).count()};
}

Duration to_duration(const timespec& time) noexcept {
  constexpr auto most = Duration::max() / second;
  if (time.tv_sec >= most) return Duration::max();
  if (time.tv_sec <= -most) return Duration::min() + second;
  return std::chrono::seconds(time.tv_sec) + Duration(time.tv_nsec);
}

Instant look() {
  Threads::instance().look_at_clock();
  return Engine::current().read_clock();
}

bool is_valid(const timespec& time) noexcept {
  return time.tv_nsec >= 0 && time.tv_nsec < second.count();
}

/// 0, or what is wrong.
int sleep_until(Instant instant) {
  if (instant == no_instant) return EINVAL;
  const CancellationPoint point;
  Engine::current().sleep_until(instant);
  return 0;
}

int with_errno(int error) noexcept {
  return error == 0 ? 0 : fail_with(error);
}

}  // namespace

timespec reading(clockid_t clock, Instant now) noexcept {
  return to_timespec(begin_of(clock) + now.time_since_epoch());
}

Instant instant_of(clockid_t clock, const timespec& time) noexcept {
  if (!is_valid(time)) return no_instant;
  const Duration shown = to_duration(time);
  if (shown == Duration::max()) return Instant::max();
  return Instant{} + std::max(shown - begin_of(clock), Duration::zero());
}

Instant instant_after(const timespec& duration) noexcept {
  if (!is_valid(duration) || duration.tv_sec < 0) return no_instant;
  return deadline_after(Engine::current().read_clock(), to_duration(duration));
}

}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::sim::Engine;

POOLPROOF_INTERPOSE int clock_gettime(clockid_t clock, timespec* time) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(clock_gettime)(clock, time);
  if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
    clock = CLOCK_MONOTONIC;
  *time = reading(clock, look());
  return 0;
}
POOLPROOF_INTERPOSE int gettimeofday(timeval* __restrict time, void* __restrict zone) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(gettimeofday)(time, zone);
  const timespec now = reading(CLOCK_REALTIME, look());
  *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}
POOLPROOF_INTERPOSE time_t time(time_t* time) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(time)(time);
  const time_t now = reading(CLOCK_REALTIME, look()).tv_sec;
  if (time != nullptr) *time = now;
  return now;
}
POOLPROOF_INTERPOSE int timespec_get(timespec* time, int base) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(timespec_get)(time, base);
  if (base != TIME_UTC) return 0;
  *time = reading(CLOCK_REALTIME, look());
  return base;
}
POOLPROOF_INTERPOSE clock_t clock() noexcept {
  if (!is_inside()) return POOLPROOF_REAL(clock)();
  return std::chrono::duration_cast<std::chrono::microseconds>(look().time_since_epoch()).count();
}

POOLPROOF_INTERPOSE int nanosleep(const timespec* duration, timespec* rest) {
  if (!is_inside()) return POOLPROOF_REAL(nanosleep)(duration, rest);
  return with_errno(sleep_until(instant_after(*duration)));
}
POOLPROOF_INTERPOSE int clock_nanosleep(clockid_t clock, int flags, const timespec* time,
                                        timespec* rest) {
  if (!is_inside()) return POOLPROOF_REAL(clock_nanosleep)(clock, flags, time, rest);
  return sleep_until(flags == TIMER_ABSTIME ? instant_of(clock, *time) : instant_after(*time));
}
POOLPROOF_INTERPOSE int usleep(useconds_t microseconds) {
  if (!is_inside()) return POOLPROOF_REAL(usleep)(microseconds);
  const poolproof::Duration duration = std::chrono::microseconds(microseconds);
  return sleep_until(poolproof::deadline_after(Engine::current().read_clock(), duration));
}
POOLPROOF_INTERPOSE unsigned sleep(unsigned seconds) {
  if (!is_inside()) return POOLPROOF_REAL(sleep)(seconds);
  const poolproof::Duration duration = std::chrono::seconds(seconds);
  sleep_until(poolproof::deadline_after(Engine::current().read_clock(), duration));
  return 0;
}
POOLPROOF_INTERPOSE int thrd_sleep(const timespec* duration, timespec* rest) {
  if (!is_inside()) return POOLPROOF_REAL(thrd_sleep)(duration, rest);
  return with_errno(sleep_until(instant_after(*duration)));
}
