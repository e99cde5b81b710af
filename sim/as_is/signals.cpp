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

/// The lowest that waits for the running task alone and is of `set`; 0 for none.
int take_own(const sigset_t& set, siginfo_t* info) noexcept {
  sigset_t& pending = Threads::instance().running().pending;
  for (int signal = 1; signal < NSIG; ++signal) {
    if (::sigismember(&pending, signal) != 1 || ::sigismember(&set, signal) != 1) continue;
    ::sigdelset(&pending, signal);
    if (info != nullptr) {
      *info = {};
      info->si_signo = signal;
      info->si_code = SI_TKILL;
    }
    return signal;
  }
  return 0;
}

// The number of a signal that is pending, or -1.
int take_signal(const sigset_t* set, siginfo_t* info) noexcept {
  constexpr timespec none{};
  const int own = take_own(*set, info);
  return own != 0 ? own : POOLPROOF_REAL(sigtimedwait)(set, info, &none);
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

/// 0, or what is wrong.
int send(Thread& target, int signal) noexcept {
  if (signal > 0 && signal < NSIG && ::sigismember(&target.signal_mask, signal) == 1)
    return ::sigaddset(&target.pending, signal);
  return ::kill(::getpid(), signal) == 0 ? 0 : errno;
}

void take_out(sigset_t& mask, const sigset_t& others) noexcept {
  for (int signal = 1; signal < NSIG; ++signal)
    if (::sigismember(&others, signal) == 1) ::sigdelset(&mask, signal);
}

/// 0, or what is wrong.
int change_mask(int how, const sigset_t* set, sigset_t* before) noexcept {
  Thread& self = Threads::instance().running();
  const sigset_t old = self.signal_mask;
  if (set != nullptr) {
    switch (how) {
      case SIG_BLOCK:
        ::sigorset(&self.signal_mask, &old, set);
        break;
      case SIG_UNBLOCK:
        take_out(self.signal_mask, *set);
        break;
      case SIG_SETMASK:
        self.signal_mask = *set;
        break;
      default:
        return EINVAL;
    }
    Threads::instance().block_signals();
    sigset_t open{};
    ::sigfillset(&open);
    take_out(open, self.signal_mask);
    while (const int signal = take_own(open, nullptr))
      ::kill(::getpid(), signal);
  }
  if (before != nullptr) *before = old;
  return 0;
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::Instant;

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
  return wait_for_signal(set, info, timeout == nullptr ? Instant::max() : instant_after(*timeout));
}
/// There is one thread of the kernel's: what is meant for one of its tasks comes to the process,
/// but for what that task keeps back.
POOLPROOF_INTERPOSE int pthread_kill(pthread_t thread, int signal) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_kill)(thread, signal);
  const auto task = Threads::instance().find(thread);
  return task ? send(Threads::instance().of(*task), signal) : ESRCH;
}
POOLPROOF_INTERPOSE int raise(int signal) noexcept {
  const bool is_kept_back =
      is_inside() && ::sigismember(&Threads::instance().running().signal_mask, signal) == 1;
  return is_kept_back ? send(Threads::instance().running(), signal)
                      : POOLPROOF_REAL(raise)(signal);
}
POOLPROOF_INTERPOSE int sigpending(sigset_t* set) noexcept {
  const int answer = POOLPROOF_REAL(sigpending)(set);
  if (answer == 0 && is_inside()) ::sigorset(set, set, &Threads::instance().running().pending);
  return answer;
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
