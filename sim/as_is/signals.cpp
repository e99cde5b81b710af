// Signals: tasks that wait for them, and each task's mask.

#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/looking.h>
#include <poolproof/sim/as_is/threads.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

// The number of a signal that is pending, or -1.
int take_signal(const sigset_t* set, siginfo_t* info) noexcept {
  constexpr timespec none{};
  return POOLPROOF_REAL(sigtimedwait)(set, info, &none);
}

int fail_with(int error) noexcept {
  errno = error;
  return -1;
}

/// Its number, or -1: EAGAIN where the deadline came first.
int wait_for_signal(const sigset_t* set, siginfo_t* info, Instant deadline = Instant::max()) {
  if (deadline == no_instant) return fail_with(EINVAL);
  int signal = -1;
  const CancellationPoint point;
  const auto look = [&] {
    signal = take_signal(set, info);
    return signal != -1 || errno != EAGAIN;
  };
  if (look_until(deadline, look)) return signal;
  return deadline == Instant::max() ? POOLPROOF_REAL(sigwaitinfo)(set, info) : fail_with(EAGAIN);
}

int change_mask(int how, const sigset_t* set, sigset_t* before) noexcept {
  sigset_t& mask = Threads::instance().running().signal_mask;
  const sigset_t old = mask;
  if (set != nullptr) {
    if (how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK) return EINVAL;
    sigset_t open = *set;
    for (int signal = 1; how != SIG_SETMASK && signal < NSIG; ++signal) {
      const bool is_named = ::sigismember(set, signal) == 1;
      const bool was_blocked = ::sigismember(&old, signal) == 1;
      const bool is_blocked =
          how == SIG_BLOCK ? was_blocked || is_named : was_blocked && !is_named;
      is_blocked ? ::sigaddset(&open, signal) : ::sigdelset(&open, signal);
    }
    mask = open;
    Threads::instance().block_signals();
  }
  if (before != nullptr) *before = old;
  return 0;
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;

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
  return wait_for_signal(set, info, instant_after(*timeout));
}
/// There is one thread of the kernel's: what is meant for one of its tasks comes to the process.
POOLPROOF_INTERPOSE int pthread_kill(pthread_t thread, int signal) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_kill)(thread, signal);
  if (!Threads::instance().find(thread)) return ESRCH;
  return ::kill(::getpid(), signal) == 0 ? 0 : errno;
}
POOLPROOF_INTERPOSE int pthread_sigmask(int how, const sigset_t* set, sigset_t* before) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_sigmask)(how, set, before);
  return change_mask(how, set, before);
}
POOLPROOF_INTERPOSE int sigprocmask(int how, const sigset_t* set, sigset_t* before) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(sigprocmask)(how, set, before);
  const int error = change_mask(how, set, before);
  return error == 0 ? 0 : fail_with(error);
}
