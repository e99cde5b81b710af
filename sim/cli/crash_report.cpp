#include <poolproof/sim/cli/crash_report.h>

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/watch.h>

extern "C" {

void __sanitizer_set_death_callback(void (*callback)());

// Found by UBSan's runtime by its name. g++'s has no callback: it dies by a signal that we see.
[[gnu::weak]] const char* __ubsan_default_options() {
  return "abort_on_error=1";
}

}  // extern "C"

namespace poolproof::sim {
namespace {

constexpr std::size_t stack_bytes = std::size_t{64} * 1024;
constexpr bool has_sanitizer = under_asan || under_tsan;

constinit thread_local std::uint64_t execution_under_way = 0;

/// What a handler may read: set before executions begin, and left alone while they run.
struct Text {
  std::array<char, 4096> bytes{};
  std::size_t size = 0;

  void set(std::string_view text) noexcept {
    size = std::min(text.size(), bytes.size());
    std::memcpy(bytes.data(), text.data(), size);
  }
};

constinit Text before_number;
constinit Text before_second_number;
constinit volatile sig_atomic_t is_installed = 0;

struct Handled {
  int signal;
  struct sigaction before;
};
std::array<Handled, 4> handled{{{SIGSEGV, {}}, {SIGBUS, {}}, {SIGFPE, {}}, {SIGABRT, {}}}};

void say(const char* bytes, std::size_t size) noexcept {
  while (size > 0) {
    const ssize_t written = ::write(STDERR_FILENO, bytes, size);
    if (written <= 0) return;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

void say_number(std::uint64_t number) noexcept {
  std::array<char, 20> digits{};
  std::size_t first = digits.size();
  do {
    digits[--first] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number > 0);
  say(digits.data() + first, digits.size() - first);
}

void report() noexcept {
  if (is_installed == 0 || Engine::current_or_null() == nullptr) return;
  say(before_number.bytes.data(), before_number.size);
  say_number(execution_under_way);
  say(before_second_number.bytes.data(), before_second_number.size);
  say_number(execution_under_way);
  say("\n", 1);
}

/// Restores what was before and returns: a faulting instruction faults again, abort() goes on
/// aborting, and what somebody sent is sent again.
void on_crash(int signal, siginfo_t* info, void*) {
  report();
  for (const Handled& one : handled) {
    if (one.signal == signal) ::sigaction(signal, &one.before, nullptr);
  }
  if (info->si_code <= 0) ::raise(signal);
}

/// A sanitizer reports the other three itself, better than we could.
bool is_ours(int signal) {
  return !has_sanitizer || signal == SIGABRT;
}

}  // namespace

void note_execution(std::uint64_t execution) noexcept {
  execution_under_way = execution;
}

CrashStack::CrashStack() {
  stack_t before{};
  ::sigaltstack(nullptr, &before);
  if ((before.ss_flags & SS_DISABLE) == 0) return;
  memory_ = std::make_unique<char[]>(stack_bytes);
  const stack_t stack{.ss_sp = memory_.get(), .ss_flags = 0, .ss_size = stack_bytes};
  ::sigaltstack(&stack, nullptr);
}

CrashStack::~CrashStack() {
  if (memory_ == nullptr) return;
  const stack_t none{.ss_sp = nullptr, .ss_flags = SS_DISABLE, .ss_size = 0};
  ::sigaltstack(&none, nullptr);
}

CrashReport::CrashReport(const CrashPlace& place) {
  ensure(is_installed == 0);
  before_number.set("\npoolproof: the program died in " + place.place + ", execution ");
  before_second_number.set("\nrun just that one with: " + place.command + " --first ");
  is_installed = 1;
  if constexpr (has_sanitizer) __sanitizer_set_death_callback(&report);
  struct sigaction action {};
  action.sa_sigaction = &on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (Handled& one : handled) {
    if (is_ours(one.signal)) ::sigaction(one.signal, &action, &one.before);
  }
}

CrashReport::~CrashReport() {
  for (const Handled& one : handled) {
    if (is_ours(one.signal)) ::sigaction(one.signal, &one.before, nullptr);
  }
  is_installed = 0;
}

}  // namespace poolproof::sim
