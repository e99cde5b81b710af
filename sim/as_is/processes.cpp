// Other processes: one that is forked has one thread, the one that called; and waiting for one.

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/looking.h>
#include <poolproof/sim/as_is/threads.h>
#include <poolproof/sim/as_is/watchdog.h>

namespace poolproof::sim::as_is {
namespace {

/// `wait` with flags: WNOHANG for as long as other tasks can go on, and end the process perhaps.
template <class Wait>
pid_t wait_for_process(int flags, Wait wait) {
  if ((flags & WNOHANG) != 0) return wait(flags);
  pid_t answer = 0;
  const auto has_ended = [&] { return (answer = wait(flags | WNOHANG)) != 0; };
  return look_until(Instant::max(), has_ended) ? answer : wait(flags);
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::sim::Engine;

POOLPROOF_INTERPOSE pid_t fork() noexcept {
  if (!is_inside()) return POOLPROOF_REAL(fork)();
  Threads& threads = Threads::instance();
  threads.call_before_fork();
  // None may come to the child while the handlers are still the harness's.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  POOLPROOF_REAL(pthread_sigmask)(SIG_SETMASK, &all, &before);
  const pid_t child = POOLPROOF_REAL(fork)();
  if (child == 0) {
    threads.become_child();
    leave_signals_alone();
    Engine::current().forsake_others();
  }
  POOLPROOF_REAL(pthread_sigmask)(SIG_SETMASK, &before, nullptr);
  threads.block_signals();
  threads.call_after_fork(child == 0);
  return child;
}
/// pthread_atfork calls it.
extern "C" int __register_atfork(void (*prepare)(), void (*parent)(), void (*child)(),
                                 void* library) noexcept;
POOLPROOF_INTERPOSE int __register_atfork(void (*prepare)(), void (*parent)(), void (*child)(),
                                          void* library) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(__register_atfork)(prepare, parent, child, library);
  Threads::instance().note_fork({prepare, parent, child});
  return 0;
}

POOLPROOF_INTERPOSE pid_t waitpid(pid_t process, int* status, int flags) {
  if (!is_inside()) return POOLPROOF_REAL(waitpid)(process, status, flags);
  const CancellationPoint point;
  return wait_for_process(
      flags, [&](int with) { return POOLPROOF_REAL(waitpid)(process, status, with); });
}
POOLPROOF_INTERPOSE pid_t wait(int* status) {
  if (!is_inside()) return POOLPROOF_REAL(wait)(status);
  return ::waitpid(-1, status, 0);
}
POOLPROOF_INTERPOSE pid_t wait4(pid_t process, int* status, int flags, rusage* used) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(wait4)(process, status, flags, used);
  return wait_for_process(
      flags, [&](int with) { return POOLPROOF_REAL(wait4)(process, status, with, used); });
}
POOLPROOF_INTERPOSE pid_t wait3(int* status, int flags, rusage* used) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(wait3)(status, flags, used);
  return ::wait4(-1, status, flags, used);
}
POOLPROOF_INTERPOSE int waitid(idtype_t kind, id_t id, siginfo_t* info, int flags) {
  if (!is_inside()) return POOLPROOF_REAL(waitid)(kind, id, info, flags);
  siginfo_t unasked{};
  if (info == nullptr) info = &unasked;
  const CancellationPoint point;
  int answer = 0;
  const auto look = [&](int with) -> pid_t {
    info->si_pid = 0;
    answer = POOLPROOF_REAL(waitid)(kind, id, info, with);
    return answer == 0 ? info->si_pid : -1;
  };
  wait_for_process(flags, look);
  return answer;
}
