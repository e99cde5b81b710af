#include <poolproof/sim/cli/crash_report.h>

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/cli/watchdog.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/task_host.h>
#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/report/program_name.h>

extern "C" {

void __sanitizer_set_death_callback(void (*callback)());

// Found by UBSan's runtime by its name. g++'s has no callback: it dies by a signal that we see.
[[gnu::weak]] const char* __ubsan_default_options() {
  return "abort_on_error=1";
}

// As ThreadSanitizer's: 1 would say that a law was broken.
[[gnu::weak]] const char* __asan_default_options() {
  return "exitcode=66";
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
constinit Text program_text;
constinit const TokenWriter* token_writer = nullptr;
constinit volatile sig_atomic_t is_numbered = 0;
constinit volatile sig_atomic_t is_installed = 0;

std::mutex last_mutex;
CrashPlace& last_place() {  // guarded by last_mutex
  static CrashPlace last;
  return last;
}

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

void say(const Text& text) noexcept {
  say(text.bytes.data(), text.size);
}

/// Gathers the pieces, of which there may be thousands.
class StandardError final : public TextSink {
 public:
  ~StandardError() { flush(); }
  void operator()(std::string_view piece) noexcept override {
    for (const char character : piece) {
      if (size_ == bytes_.size()) flush();
      bytes_[size_++] = character;
    }
  }

 private:
  void flush() noexcept { say(bytes_.data(), std::exchange(size_, 0)); }

  std::array<char, 512> bytes_;
  std::size_t size_ = 0;
};

void report() noexcept {
  const Engine* const engine = Engine::current_or_null();
  if (is_installed == 0 || engine == nullptr) return;
  say(before_number);
  if (is_numbered != 0) say_number(execution_under_way);
  say(before_second_number);
  if (is_numbered != 0) say_number(execution_under_way);
  StandardError out;
  if (token_writer != nullptr) {
    out("\nor replay it up to there: ");
    out(std::string_view(program_text.bytes.data(), program_text.size));
    out(" replay ");
    token_writer->say(engine->schedule(), out);
  }
  out("\n");
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

void note_execution(std::uint64_t execution) {
  watch_this_thread();
  execution_under_way = execution;
}

__attribute__((no_sanitize("thread"))) std::uint64_t noted_execution() noexcept {
  return execution_under_way;
}

std::string noted_place() {
  const std::scoped_lock lock(last_mutex);
  return last_place().place;
}

std::string noted_command(std::uint64_t execution) {
  const std::scoped_lock lock(last_mutex);
  if (!last_place().is_numbered) return last_place().command;
  return last_place().command + " --first " + std::to_string(execution);
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

CrashReport::CrashReport(CrashPlace place) : token_(std::move(place.token)) {
  ensure(is_installed == 0);
  {
    const std::scoped_lock lock(last_mutex);
    last_place() = {place.place, place.command, place.is_numbered};
  }
  is_numbered = place.is_numbered ? 1 : 0;
  const std::string died = "\npoolproof: the program died in " + place.place;
  before_number.set(place.is_numbered ? died + ", execution " : died);
  before_second_number.set(place.is_numbered
                               ? "\nrun just that one with: " + place.command + " --first "
                               : "\nrun it again with: " + place.command);
  program_text.set(program_name());
  token_writer = token_ ? &*token_ : nullptr;
  is_installed = 1;
  if constexpr (has_sanitizer) __sanitizer_set_death_callback(&report);
  struct sigaction action {};
  action.sa_sigaction = &on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (Handled& one : handled) {
    if (is_ours(one.signal)) ::sigaction(one.signal, &action, &one.before);
  }
  if (TaskHost* host = task_host()) host->signals_changed();
}

CrashReport::~CrashReport() {
  for (const Handled& one : handled) {
    if (is_ours(one.signal)) ::sigaction(one.signal, &one.before, nullptr);
  }
  if (TaskHost* host = task_host()) host->signals_changed();
  is_installed = 0;
  token_writer = nullptr;
}

}  // namespace poolproof::sim
