#include <poolproof/sim/as_is/watchdog.h>

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim::as_is {
namespace {

constexpr auto tick = std::chrono::milliseconds(250);
constexpr std::array fatal{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};

constinit std::atomic<std::uint32_t> ticks_max{8};
constinit std::uint32_t ticks = 0;
constinit std::uint64_t seen = 0;            // steps,
constinit std::uint32_t seen_execution = 0;  // and of which execution
constinit bool has_timer = false;
constinit bool has_handlers = false;
constinit std::array<struct sigaction, fatal.size()> before{};  // of the same signals
constinit bool is_watching = false;

std::vector<void*>& stack() noexcept {
  static std::vector<void*> addresses;
  return addresses;
}

void note_stack() {
  const mocks::AllocationFaults::Pause pause;
  std::array<void*, 64> addresses{};
  const int found = ::backtrace(addresses.data(), static_cast<int>(addresses.size()));
  stack().assign(addresses.begin(), addresses.begin() + found);
}

void on_tick(int) {
  const Engine* engine = Engine::current_or_null();
  if (!is_watching || !is_inside() || engine == nullptr) {
    ticks = 0;
    return;
  }
  if (engine->steps() != seen || engine->execution_number() != seen_execution) {
    seen = engine->steps();
    seen_execution = engine->execution_number();
    ticks = 0;
    return;
  }
  if (++ticks < ticks_max) return;
  ticks = 0;
  note_stack();
  leave(Ending::stuck,
        "a task came to no scheduling point any more: it spins, or blocks in the kernel");
}

void on_fatal(int signal, siginfo_t* info, void*) {
  if (is_watching && is_inside() && Engine::current_or_null() != nullptr) {
    note_stack();
    const mocks::AllocationFaults::Pause pause;
    const char* name = ::sigabbrev_np(signal);
    leave(Ending::crashed, "task " +
                               std::to_string(static_cast<unsigned>(Engine::current().running())) +
                               " died of SIG" + (name != nullptr ? name : "?"));
  }
  // The harness's own: whoever was there before us has it, again or anew.
  for (std::size_t i = 0; i < fatal.size(); ++i)
    if (fatal[i] == signal) ::sigaction(signal, &before[i], nullptr);
  if (info->si_code <= 0) ::raise(signal);
}

void install_handlers() noexcept {
  static std::array<char, 64 * 1024> alternate;
  const stack_t where{.ss_sp = alternate.data(), .ss_flags = 0, .ss_size = alternate.size()};
  ::sigaltstack(&where, nullptr);
  struct sigaction on_signal {};
  on_signal.sa_sigaction = &on_fatal;
  // Left by another way than by returning: so nothing may stay blocked.
  on_signal.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (std::size_t i = 0; i < fatal.size(); ++i) {
    struct sigaction there {};
    ::sigaction(fatal[i], &on_signal, &there);
    if (there.sa_sigaction != &on_fatal) before[i] = there;
  }
  struct sigaction on_alarm {};
  on_alarm.sa_handler = &on_tick;
  on_alarm.sa_flags = SA_NODEFER | SA_RESTART;
  ::sigaction(SIGVTALRM, &on_alarm, nullptr);
}

void start_timer() noexcept {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGVTALRM;
  timer_t timer{};
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return;
  const timespec interval{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(tick).count()};
  const itimerspec every{.it_interval = interval, .it_value = interval};
  ::timer_settime(timer, 0, &every, nullptr);
}

}  // namespace

void watch_tasks(bool is_on) noexcept {
  if (!has_handlers) {
    has_handlers = true;
    install_handlers();
  }
  if (!has_timer) {
    has_timer = true;
    const mocks::AllocationFaults::Pause pause;
    stack().reserve(64);
    note_stack();  // The unwinder is loaded now, and not in a handler.
    start_timer();
  }
  is_watching = is_on;
  if (is_on) stack().clear();
}

void forget_handlers() noexcept {
  has_handlers = false;
}

void watch_in_new_process() noexcept {
  has_timer = false;
  for (const int signal : fatal)
    ::signal(signal, SIG_DFL);
  forget_handlers();
}

void leave_signals_alone() noexcept {
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) != 0 || now.sa_handler == SIG_DFL) continue;
    Dl_info handler{};
    Dl_info here{};
    const bool is_known = ::dladdr(reinterpret_cast<void*>(now.sa_handler), &handler) != 0 &&
                          ::dladdr(reinterpret_cast<void*>(&leave_signals_alone), &here) != 0;
    if (is_known && handler.dli_fbase == here.dli_fbase) ::signal(signal, SIG_DFL);
  }
}

void set_patience(Duration patience) noexcept {
  ticks_max = static_cast<std::uint32_t>(std::max<std::int64_t>(patience / tick, 1));
}

const std::vector<void*>& last_stack() noexcept {
  return stack();
}

}  // namespace poolproof::sim::as_is
