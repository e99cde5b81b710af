#include <poolproof/sim/cli/watchdog.h>

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <unwind.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/duration.h>
#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/interrupt.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/report/source_lines.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t calls_max = 64;
constexpr std::size_t calls_shown = 12;
constexpr unsigned looks = 8;             // in one `patience`
constexpr unsigned patiences_in_all = 6;  // until nothing more is hoped for

/// What a thread says of itself when it is asked, by a signal.
struct Answer {
  bool is_inside = false;  // an execution
  std::uint64_t execution = 0;
  std::uint64_t steps = 0;
  std::uint16_t task = 0;
  std::size_t calls = 0;
  std::uintptr_t
      stack[calls_max]{};  // not a std::array, whose operator [] ThreadSanitizer watches

  [[nodiscard]] bool is_same_place(const Answer& other) const noexcept {
    return is_inside && other.is_inside && execution == other.execution && steps == other.steps;
  }
};

/// A thread that runs executions. `answer` is written by the thread itself, in its signal handler.
struct Watched {
  pthread_t thread{};
  Answer answer;
  std::atomic<bool> is_asked{false};
  // The watchdog's:
  Answer before;
  unsigned unmoved = 0;  // looks
  bool is_reported = false;
};

constinit std::mutex threads_mutex;
std::vector<Watched*>& threads() {  // guarded by threads_mutex
  static std::vector<Watched*> watched;
  return watched;
}
constinit thread_local Watched* myself = nullptr;
constinit std::atomic<bool> barked{false};
constinit std::atomic<bool> is_alive{false};

struct Registration {
  Registration() {
    watched.thread = pthread_self();
    const std::scoped_lock lock(threads_mutex);
    threads().push_back(&watched);
    myself = &watched;
  }
  ~Registration() {
    const std::scoped_lock lock(threads_mutex);
    myself = nullptr;
    std::erase(threads(), &watched);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  Watched watched;
};

__attribute__((no_sanitize("thread"))) _Unwind_Reason_Code keep_call(_Unwind_Context* frame,
                                                                     void* into) {
  auto& answer = *static_cast<Answer*>(into);
  int is_before_call = 0;
  const std::uintptr_t address = _Unwind_GetIPInfo(frame, &is_before_call);
  if (address == 0 || answer.calls == calls_max) return _URC_END_OF_STACK;
  answer.stack[answer.calls++] = is_before_call != 0 ? address : address - 1;
  return _URC_NO_REASON;
}

/// On the thread that is asked, wherever it is: between two fibers in ThreadSanitizer's runtime,
/// too, where whatever is watched ends the program. So nothing that is called here is watched.
__attribute__((no_sanitize("thread"))) void answer_in_handler(int) {
  const int errno_before = errno;
  Watched* const me = myself;
  if (me == nullptr || !me->is_asked.load(std::memory_order_acquire)) return;
  Answer& answer = me->answer;
  const Engine* const engine = Engine::current_or_null();
  answer.is_inside = engine != nullptr && engine->has_running();
  answer.execution = noted_execution();
  answer.calls = 0;
  if (answer.is_inside) {
    answer.steps = engine->steps();
    answer.task = static_cast<std::uint16_t>(engine->running());
    _Unwind_Backtrace(&keep_call, &answer);
  }
  me->is_asked.store(false, std::memory_order_release);
  errno = errno_before;
}

/// ThreadSanitizer keeps a signal back until the thread calls into it again, which one that is
/// stuck never does: it is not to know of this one.
void set_action(const struct sigaction& action, struct sigaction* before) {
#ifdef POOLPROOF_UNDER_TSAN
  using Set = int (*)(int, const struct sigaction*, struct sigaction*);
  void* const library = ::dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  const auto set = library ? reinterpret_cast<Set>(::dlsym(library, "sigaction")) : nullptr;
  if (set != nullptr) return static_cast<void>(set(SIGURG, &action, before));
#endif
  ::sigaction(SIGURG, &action, before);
}

void say(const std::string& text) {
  for (std::size_t said = 0; said < text.size();) {
    const ssize_t written = ::write(STDERR_FILENO, text.data() + said, text.size() - said);
    if (written <= 0) return;
    said += static_cast<std::size_t>(written);
  }
}

std::string stack_words(const Answer& answer) {
  SourceLines sources;
  const std::vector<SourceLine> lines = sources.of(std::span(answer.stack).first(answer.calls));
  std::string text;
  std::size_t shown = 0;
  for (const SourceLine& line : lines) {
    const bool is_how_it_waits = line.file.find("mutex") != line.file.npos;
    if (line.function == "answer_in_handler" || (is_plumbing(line) && !is_how_it_waits)) continue;
    if (shown++ == calls_shown) break;
    // Without a line the function is all there is, and to_string() says it.
    text += line.line == 0 ? fmt::format("    {}\n", to_string(line))
                           : fmt::format("    {}  {}\n", to_string(line), line.function);
  }
  if (shown == 0)
    return fmt::format("  (its stack has no debug information: {})\n", how_to_have_lines());
  return "  its stack, innermost first:\n" + text;
}

std::string report_words(const Answer& answer, Duration patience) {
  const Duration rest = patience * (patiences_in_all - 1);
  return fmt::format(
      "\npoolproof: no scheduling point for {}: {}, execution {}, task {}\n{}"
      "  What blocks must be the Platform's, because all tasks share one thread: a std::mutex, a "
      "future or a\n  socket that waits for another task waits for ever. A loop that spins must "
      "touch a Platform::atomic in\n  each round. docs/your-own-pool.md lists what Platform has.\n"
      "  run just that one with: {}\n"
      "  The run goes on. The first Ctrl-C or kill ends it now, and so do another {} like this, "
      "with exit code 2.\n",
      mocks::print_duration(patience), noted_place(), answer.execution, answer.task,
      stack_words(answer), noted_command(answer.execution), mocks::print_duration(rest));
}

}  // namespace

void watch_this_thread() {
  static thread_local Registration registration;
  static_cast<void>(registration);
}

/// The thread that looks.
class Watchdog::Looking {
 public:
  explicit Looking(Duration patience) : patience_(patience) {
    struct sigaction action {};
    action.sa_handler = &answer_in_handler;
    action.sa_flags = SA_RESTART;
    set_action(action, &before_);
    thread_ = std::thread([this] { look_again_and_again(); });
  }
  ~Looking() {
    {
      const std::scoped_lock lock(mutex_);
      is_over_ = true;
    }
    changed_.notify_one();
    thread_.join();
    set_action(before_, nullptr);
  }
  Looking(const Looking&) = delete;
  Looking& operator=(const Looking&) = delete;

 private:
  void look_again_and_again() {
    std::unique_lock lock(mutex_);
    while (!is_over_) {
      clock_.wait_until(changed_, lock, deadline_after(clock_.now(), patience_ / looks));
      if (!is_over_) look();
    }
  }

  // What was asked at one look is read at the next. Counted in looks, not in time: a machine that
  // slept, or a debugger that held everything, is no reason to bark.
  void look() {
    const std::scoped_lock lock(threads_mutex);
    bool is_any_reported = false;
    for (Watched* thread : threads()) {
      if (!thread->is_asked.load(std::memory_order_acquire)) consider(*thread);
      is_any_reported |= thread->is_reported;
      thread->is_asked.store(true, std::memory_order_release);
      ::pthread_kill(thread->thread, SIGURG);
    }
    barked = is_any_reported;
  }

  void consider(Watched& thread) {
    const bool is_stuck = thread.answer.is_same_place(thread.before);
    thread.before = thread.answer;
    if (!is_stuck) {
      if (std::exchange(thread.is_reported, false))
        say("poolproof: that task has reached its next scheduling point.\n");
      thread.unmoved = 0;
      return;
    }
    ++thread.unmoved;
    if (thread.unmoved >= looks && !thread.is_reported) {
      say(report_words(thread.answer, patience_));
      thread.is_reported = true;
    }
    const bool is_unwanted = thread.is_reported && Interrupt::has_come();
    if (is_unwanted || thread.unmoved >= looks * patiences_in_all) give_up();
  }

  const Duration patience_;
  SteadyClock clock_;
  struct sigaction before_ {};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_over_ = false;  // guarded by mutex_
  std::thread thread_;
};

Watchdog::Watchdog(Duration patience)
    : looking_(patience == Duration::zero() ? nullptr : std::make_unique<Looking>(patience)) {
  ensure(!is_alive.exchange(true));
  barked = false;
}

Watchdog::~Watchdog() {
  is_alive = false;
}

bool Watchdog::has_barked() noexcept {
  return barked;
}

void Watchdog::give_up() noexcept {
  constexpr std::string_view sentence =
      "poolproof: ended: a task never reached its next scheduling point\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, sentence.data(), sentence.size());
  ::_exit(2);
}

}  // namespace poolproof::sim
