// What is left: the kernel's futex as the standard libraries call it, and numbers by chance.

#include <linux/futex.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <random>

#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/objects.h>
#include <poolproof/sim/as_is/threads.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

struct SystemCall {
  long number;
  std::array<long, 6> arguments;
};

long futex_wait(int* word, int expected, Instant deadline) {
  if (deadline == no_instant) return fail_with(EINVAL);
  WaitState& state = objects().at(word, ObjectKind::word).waiters;
  Engine& engine = Engine::current();
  engine.touch(state, IntentKind::atomic_wait);
  if (*word != expected) return fail_with(EAGAIN);
  if (deadline <= engine.now()) return fail_with(ETIMEDOUT);
  return engine.park_until(state, deadline) ? fail_with(ETIMEDOUT) : 0;
}

long futex_wake(const int* word, int most) noexcept {
  WaitState& state = objects().at(word, ObjectKind::word).waiters;
  Engine& engine = Engine::current();
  engine.touch_noexcept(state, IntentKind::atomic_notify);
  const auto waiting = static_cast<int>(state.waiting.count());
  const int woken = std::min(waiting, most);
  if (woken == waiting) {
    engine.unpark(state, true);
  } else {
    for (int i = 0; i < woken; ++i)
      engine.unpark(state, false);
  }
  return woken;
}

long futex(const SystemCall& call) {
  auto* word = reinterpret_cast<int*>(call.arguments[0]);
  const auto flags = static_cast<int>(call.arguments[1]);
  const auto value = static_cast<int>(call.arguments[2]);
  const auto* time = reinterpret_cast<const timespec*>(call.arguments[3]);
  const clockid_t clock = (flags & FUTEX_CLOCK_REALTIME) != 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
  switch (flags & FUTEX_CMD_MASK) {
    case FUTEX_WAIT:
      return futex_wait(word, value, time == nullptr ? Instant::max() : instant_after(*time));
    case FUTEX_WAIT_BITSET:
      return futex_wait(word, value, time == nullptr ? Instant::max() : instant_of(clock, *time));
    case FUTEX_WAKE:
    case FUTEX_WAKE_BITSET:
      return futex_wake(word, value);
    default:
      leave(Ending::crashed, "a futex operation was asked for that is not modelled");
  }
}

void fill_by_chance(void* memory, std::size_t size) {
  auto* at = static_cast<char*>(memory);
  for (std::size_t left = size; left > 0;) {
    const std::uint64_t number = Threads::instance().random();
    const std::size_t part = std::min(left, sizeof number);
    std::memcpy(at, &number, part);
    at += part;
    left -= part;
  }
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::sim::Ending;
using poolproof::sim::Engine;

POOLPROOF_INTERPOSE long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  SystemCall call{.number = number, .arguments = {}};
  for (long& argument : call.arguments)
    argument = va_arg(list, long);
  va_end(list);
  if (is_inside()) {
    if (number == SYS_futex) return futex(call);
    if (number == SYS_gettid) return gettid();
    if (number == SYS_sched_yield) return sched_yield();
  }
  const auto& a = call.arguments;
  return POOLPROOF_REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

// ---- Chance

POOLPROOF_INTERPOSE ssize_t getrandom(void* memory, std::size_t size, unsigned flags) {
  if (!is_inside()) return POOLPROOF_REAL(getrandom)(memory, size, flags);
  fill_by_chance(memory, size);
  return static_cast<ssize_t>(size);
}
POOLPROOF_INTERPOSE int getentropy(void* memory, std::size_t size) {
  if (!is_inside()) return POOLPROOF_REAL(getentropy)(memory, size);
  fill_by_chance(memory, size);
  return 0;
}
POOLPROOF_INTERPOSE std::uint32_t arc4random() noexcept {
  if (!is_inside()) return POOLPROOF_REAL(arc4random)();
  return static_cast<std::uint32_t>(Threads::instance().random());
}
POOLPROOF_INTERPOSE void arc4random_buf(void* memory, std::size_t size) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(arc4random_buf)(memory, size);
  fill_by_chance(memory, size);
}
POOLPROOF_INTERPOSE std::uint32_t arc4random_uniform(std::uint32_t bound) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(arc4random_uniform)(bound);
  return bound == 0 ? 0 : static_cast<std::uint32_t>(Threads::instance().random() % bound);
}
/// std::random_device asks the processor.
extern "C" unsigned _ZNSt13random_device9_M_getvalEv(std::random_device* self);
POOLPROOF_INTERPOSE unsigned _ZNSt13random_device9_M_getvalEv(std::random_device* self) {
  if (!is_inside()) return POOLPROOF_REAL(_ZNSt13random_device9_M_getvalEv)(self);
  return static_cast<unsigned>(Threads::instance().random());
}
