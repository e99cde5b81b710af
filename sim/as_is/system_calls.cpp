// What is left: the kernel's futex as the standard libraries call it, waiting for descriptors,
// numbers by chance, the end of the program, and another process.

#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/objects.h>
#include <poolproof/sim/as_is/program.h>
#include <poolproof/sim/as_is/threads.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

struct SystemCall {
  long number;
  std::array<long, 6> arguments;
};

long fail_with(int error) noexcept {
  errno = error;
  return -1;
}

long futex_wait(int* word, int expected, Instant deadline) {
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

// Looks until there is something: for as long as whoever is tried could take, and not much longer.
// Time goes on for those who sleep.
template <class Look>
bool look_while_others_go_on(Look look) {
  constexpr int looks_max = 1000;
  constexpr int yields = 16;
  Engine& engine = Engine::current();
  for (int looks = 0; looks < looks_max; ++looks) {
    if (look()) return true;
    if (looks < yields) {
      engine.yield();
    } else {
      engine.sleep_until(deadline_after(engine.read_clock(), std::chrono::milliseconds(1)));
    }
  }
  return false;
}

// Until something is ready, or the deadline. Who waits without one lets the others go on, and
// looks again.
template <class Look>
int wait_for_descriptors(Look look, Instant deadline) {
  const CancellationPoint point;
  Engine& engine = Engine::current();
  int ready = 0;
  const auto is_ready = [&] { return (ready = look()) != 0; };
  if (deadline == Instant::max()) {
    if (look_while_others_go_on(is_ready)) return ready;
    while (!is_ready())
      engine.yield();
    return ready;
  }
  if (is_ready() || deadline <= engine.read_clock()) return ready;
  engine.sleep_until(deadline);
  return look();
}

// Until a call that reads from the descriptor would not block.
void wait_until_readable(int descriptor) {
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags == -1 || (flags & O_NONBLOCK) != 0) return;
  pollfd one{.fd = descriptor, .events = POLLIN, .revents = 0};
  const CancellationPoint point;
  // What comes from elsewhere is waited for in the call itself.
  static_cast<void>(
      look_while_others_go_on([&] { return POOLPROOF_REAL(poll)(&one, 1, 0) != 0; }));
}

// The number of a signal that is pending, or -1.
int take_signal(const sigset_t* set, siginfo_t* info) noexcept {
  constexpr timespec none{};
  return POOLPROOF_REAL(sigtimedwait)(set, info, &none);
}

int wait_for_signal(const sigset_t* set, siginfo_t* info) {
  int signal = -1;
  const CancellationPoint point;
  const bool is_there = look_while_others_go_on([&] {
    signal = take_signal(set, info);
    return signal != -1 || errno != EAGAIN;
  });
  return is_there ? signal : POOLPROOF_REAL(sigwaitinfo)(set, info);
}

Instant after_milliseconds(int timeout) noexcept {
  if (timeout < 0) return Instant::max();
  return deadline_after(Engine::current().read_clock(), std::chrono::milliseconds(timeout));
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
using poolproof::Instant;
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

POOLPROOF_INTERPOSE int poll(pollfd* descriptors, nfds_t count, int timeout) {
  if (!is_inside()) return POOLPROOF_REAL(poll)(descriptors, count, timeout);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(poll)(descriptors, count, 0); },
                              after_milliseconds(timeout));
}
POOLPROOF_INTERPOSE int ppoll(pollfd* descriptors, nfds_t count, const timespec* timeout,
                              const sigset_t* mask) {
  if (!is_inside()) return POOLPROOF_REAL(ppoll)(descriptors, count, timeout, mask);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(poll)(descriptors, count, 0); },
                              timeout == nullptr ? Instant::max() : instant_after(*timeout));
}
namespace {
int select_now(int count, fd_set* read, fd_set* write, fd_set* except) {
  const auto copy = [](fd_set* set) { return set != nullptr ? *set : fd_set{}; };
  fd_set in = copy(read);
  fd_set out = copy(write);
  fd_set odd = copy(except);
  timeval none{};
  const int ready = POOLPROOF_REAL(select)(count, read != nullptr ? &in : nullptr,
                                           write != nullptr ? &out : nullptr,
                                           except != nullptr ? &odd : nullptr, &none);
  if (ready == 0) return 0;
  if (read != nullptr) *read = in;
  if (write != nullptr) *write = out;
  if (except != nullptr) *except = odd;
  return ready;
}
int select_until(int count, fd_set* read, fd_set* write, fd_set* except, Instant deadline) {
  const int ready =
      wait_for_descriptors([&] { return select_now(count, read, write, except); }, deadline);
  if (ready != 0) return ready;
  for (fd_set* set : {read, write, except})
    if (set != nullptr) FD_ZERO(set);
  return 0;
}
}  // namespace
POOLPROOF_INTERPOSE int select(int count, fd_set* read, fd_set* write, fd_set* except,
                               timeval* timeout) {
  if (!is_inside()) return POOLPROOF_REAL(select)(count, read, write, except, timeout);
  if (timeout == nullptr) return select_until(count, read, write, except, Instant::max());
  return select_until(
      count, read, write, except,
      instant_after({.tv_sec = timeout->tv_sec, .tv_nsec = timeout->tv_usec * 1000}));
}
POOLPROOF_INTERPOSE int pselect(int count, fd_set* read, fd_set* write, fd_set* except,
                                const timespec* timeout, const sigset_t* mask) {
  if (!is_inside()) return POOLPROOF_REAL(pselect)(count, read, write, except, timeout, mask);
  return select_until(count, read, write, except,
                      timeout == nullptr ? Instant::max() : instant_after(*timeout));
}
POOLPROOF_INTERPOSE int epoll_wait(int epoll, epoll_event* events, int count, int timeout) {
  if (!is_inside()) return POOLPROOF_REAL(epoll_wait)(epoll, events, count, timeout);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(epoll_wait)(epoll, events, count, 0); },
                              after_milliseconds(timeout));
}
POOLPROOF_INTERPOSE int epoll_pwait(int epoll, epoll_event* events, int count, int timeout,
                                    const sigset_t* mask) {
  if (!is_inside()) return POOLPROOF_REAL(epoll_pwait)(epoll, events, count, timeout, mask);
  return wait_for_descriptors([&] { return POOLPROOF_REAL(epoll_wait)(epoll, events, count, 0); },
                              after_milliseconds(timeout));
}

// ---- What waits for others within the process, or elsewhere

POOLPROOF_INTERPOSE ssize_t read(int descriptor, void* memory, std::size_t size) {
  if (is_inside()) wait_until_readable(descriptor);
  return POOLPROOF_REAL(read)(descriptor, memory, size);
}
POOLPROOF_INTERPOSE ssize_t readv(int descriptor, const iovec* parts, int count) {
  if (is_inside()) wait_until_readable(descriptor);
  return POOLPROOF_REAL(readv)(descriptor, parts, count);
}
POOLPROOF_INTERPOSE ssize_t recv(int socket, void* memory, std::size_t size, int flags) {
  if (is_inside() && (flags & MSG_DONTWAIT) == 0) wait_until_readable(socket);
  return POOLPROOF_REAL(recv)(socket, memory, size, flags);
}
POOLPROOF_INTERPOSE ssize_t recvfrom(int socket, void* memory, std::size_t size, int flags,
                                     sockaddr* from, socklen_t* from_size) {
  if (is_inside() && (flags & MSG_DONTWAIT) == 0) wait_until_readable(socket);
  return POOLPROOF_REAL(recvfrom)(socket, memory, size, flags, from, from_size);
}
POOLPROOF_INTERPOSE ssize_t recvmsg(int socket, msghdr* message, int flags) {
  if (is_inside() && (flags & MSG_DONTWAIT) == 0) wait_until_readable(socket);
  return POOLPROOF_REAL(recvmsg)(socket, message, flags);
}
POOLPROOF_INTERPOSE int accept(int socket, sockaddr* from, socklen_t* from_size) {
  if (is_inside()) wait_until_readable(socket);
  return POOLPROOF_REAL(accept)(socket, from, from_size);
}
POOLPROOF_INTERPOSE int accept4(int socket, sockaddr* from, socklen_t* from_size, int flags) {
  if (is_inside()) wait_until_readable(socket);
  return POOLPROOF_REAL(accept4)(socket, from, from_size, flags);
}
POOLPROOF_INTERPOSE int sigwaitinfo(const sigset_t* set, siginfo_t* info) {
  return is_inside() ? wait_for_signal(set, info) : POOLPROOF_REAL(sigwaitinfo)(set, info);
}
POOLPROOF_INTERPOSE int sigwait(const sigset_t* set, int* signal) {
  if (!is_inside()) return POOLPROOF_REAL(sigwait)(set, signal);
  const int taken = wait_for_signal(set, nullptr);
  if (taken == -1) return errno;
  *signal = taken;
  return 0;
}
POOLPROOF_INTERPOSE int sigtimedwait(const sigset_t* set, siginfo_t* info,
                                     const timespec* timeout) {
  if (!is_inside()) return POOLPROOF_REAL(sigtimedwait)(set, info, timeout);
  if (timeout == nullptr) return wait_for_signal(set, info);
  const auto look = [&] {
    const int taken = take_signal(set, info);
    return taken == -1 && errno == EAGAIN ? 0 : taken;
  };
  const int taken = wait_for_descriptors(look, instant_after(*timeout));
  return taken == 0 ? static_cast<int>(fail_with(EAGAIN)) : taken;
}
/// There is one thread of the kernel's: what is meant for one of its tasks comes to the process.
POOLPROOF_INTERPOSE int pthread_kill(pthread_t thread, int signal) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_kill)(thread, signal);
  if (!Threads::instance().find(thread)) return ESRCH;
  return ::kill(::getpid(), signal) == 0 ? 0 : errno;
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

// ---- The end

POOLPROOF_INTERPOSE void abort() noexcept {
  if (!is_inside()) POOLPROOF_REAL(abort)();
  leave(Ending::crashed, "task " +
                             std::to_string(static_cast<unsigned>(Engine::current().running())) +
                             " called abort()");
}
POOLPROOF_INTERPOSE void __assert_fail(const char* assertion, const char* file, unsigned line,
                                       const char* function) noexcept {
  if (!is_inside()) POOLPROOF_REAL(__assert_fail)(assertion, file, line, function);
  leave(Ending::crashed, std::string("assertion `") + assertion + "' failed at " + file + ":" +
                             std::to_string(line));
}
extern "C" void __assert(const char* assertion, const char* file, int line) noexcept;
POOLPROOF_INTERPOSE void __assert(const char* assertion, const char* file, int line) noexcept {
  __assert_fail(assertion, file, static_cast<unsigned>(line), "");
}
POOLPROOF_INTERPOSE void exit(int code) noexcept {
  if (!is_inside() || Threads::instance().is_child()) POOLPROOF_REAL(exit)(code);
  say_farewell();
  leave_program(code);
}
POOLPROOF_INTERPOSE void _exit(int code) {
  if (!is_inside() || Threads::instance().is_child()) POOLPROOF_REAL(_exit)(code);
  leave_program(code);
}
POOLPROOF_INTERPOSE void _Exit(int code) noexcept {
  if (!is_inside() || Threads::instance().is_child()) POOLPROOF_REAL(_Exit)(code);
  leave_program(code);
}
POOLPROOF_INTERPOSE void quick_exit(int code) noexcept {
  if (!is_inside() || Threads::instance().is_child()) POOLPROOF_REAL(quick_exit)(code);
  leave_program(code);
}
extern "C" int __cxa_atexit(void (*function)(void*), void* argument, void* library) noexcept;
POOLPROOF_INTERPOSE int __cxa_atexit(void (*function)(void*), void* argument,
                                     void* library) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(__cxa_atexit)(function, argument, library);
  const poolproof::mocks::AllocationFaults::Pause pause;
  Threads::instance().at_exit().push_back({function, argument});
  return 0;
}

// ---- Another process: it has one thread, the one that called.

POOLPROOF_INTERPOSE pid_t fork() noexcept {
  const bool is_task = is_inside();
  const pid_t child = POOLPROOF_REAL(fork)();
  if (child != 0 || !is_task) return child;
  Threads::instance().become_child();
  Engine::current().forsake_others();
  return child;
}
