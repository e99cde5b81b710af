#include <poolproof/sim/as_is/threads.h>

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include <poolproof/core/rng.h>
#include <poolproof/sim/as_is/arena.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/modules.h>
#include <poolproof/sim/as_is/objects.h>
#include <poolproof/sim/as_is/program.h>
#include <poolproof/sim/as_is/watchdog.h>

namespace poolproof::sim::as_is {
namespace {

/// What the C library gives where nobody asks for more; memory is taken only as it is used.
constexpr std::size_t stack_size = std::size_t{8} << 20U;
constexpr int destructor_rounds = 4;  // as POSIX asks

/// The engine has a host as soon as this library is there.
const bool is_lent = [] {
  lend_host(&Threads::instance());
  return true;
}();

}  // namespace

Threads& Threads::instance() noexcept {
  static Threads threads;
  return threads;
}

void Threads::harness_begins() noexcept {
  AsEngineThread::is_this();
  heap_passes_to_harness();
  lent_.reserve(
      tasks_max);  // Not before: what was allocated until now, each execution begins with.
}

void Threads::harness_ends() noexcept {
  if (!snapshot_) return;
  Arena::restore();
  snapshot_->restore();
}

void Threads::process_begins() noexcept {
  for (LentThread& thread : lent_)
    thread.process_begins();
  watch_in_new_process();
}

std::string Threads::library() const {
  for (const Module& module : loaded_modules())
    if (is_ours(module)) return module.name;
  return {};
}

// Once, before the first execution: what is there now is what each execution begins with.
void Threads::prepare() {
  constexpr int at_first = 4;
  for (int i = 0; i < at_first; ++i)
    lent_.emplace_back(stack_size);
  POOLPROOF_REAL(pthread_sigmask)(SIG_BLOCK, nullptr, &first_mask_);
  blocked_mask_ = first_mask_;
  snapshot_.emplace(loaded_modules());
  environment_begin_ = environ;
  for (char** one = environ; one != nullptr && *one != nullptr; ++one)
    environment_.push_back(*one);
  environment_.push_back(nullptr);
  Arena::keep();
}

void Threads::begin() {
  if (!snapshot_) prepare();
  AsEngineThread::is_this();
  Arena::restore();
  snapshot_->restore();
  environ = environment_begin_;
  if (environ != nullptr) std::ranges::copy(environment_, environ);
  objects().clear();
  used_ = 0;
  stack_asked_ = 0;
  has_random_ = false;
  looks_ = 0;
  looked_at_step_ = 0;
  if (is_program()) descriptors_.note();
  watch_tasks(true);
}

void Threads::end() noexcept {
  watch_tasks(false);
  if (is_program()) descriptors_.close_new();
  for (const pthread_key_t key : keys_made_) {
    POOLPROOF_REAL(pthread_key_delete)(key);
    destroys_[key] = nullptr;
  }
  keys_made_.clear();
  at_exit_.clear();
  at_quick_exit_.clear();
  fork_handlers_.clear();
  used_ = 0;
  block_signals();
}

TaskHome Threads::home(TaskId task) {
  const auto index = static_cast<std::size_t>(task);
  while (lent_.size() <= index)
    lent_.emplace_back(stack_size);
  lent_[index].have_stack(std::exchange(stack_asked_, 0));
  lent_[index].restore();
  Thread& thread = threads_[index];
  thread.signal_mask = used_ == 0 ? first_mask_ : running().signal_mask;
  ::sigemptyset(&thread.pending);
  thread.has_ended = false;
  thread.farewells.clear();
  thread.result = nullptr;
  thread.is_detached = thread.is_joined = thread.is_cancelled = thread.ignores_cancel = false;
  thread.way_out = nullptr;
  thread.cleanup = nullptr;
  used_ = std::max(used_, static_cast<std::uint32_t>(task) + 1);
  return lent_[index].home();
}

void Threads::wait_for_others() {
  for (std::uint32_t task = 1; task < used_; ++task)
    Engine::current().join_until(static_cast<TaskId>(task), Instant::max());
}

// The values under keys are in the thread's descriptor, which only itself can reach.
void Threads::enter(TaskId task) noexcept {
  Thread& thread = of(task);
  for (pthread_key_t key = 0; key < keys_max && thread.has_value.any(); ++key) {
    if (!thread.has_value.test(key)) continue;
    thread.has_value.reset(key);
    POOLPROOF_REAL(pthread_setspecific)(key, nullptr);
  }
}

void Threads::leave(TaskId task) {
  bid_farewell();
  of(task).has_ended = true;
  block_signals();
}

TaskHome Threads::home_of(TaskId task) const noexcept {
  return lent_[static_cast<std::size_t>(task)].home();
}

void Threads::block_signals() noexcept {
  sigset_t blocked = first_mask_;
  bool is_first = true;
  for (std::uint32_t i = 0; i < used_; ++i) {
    if (threads_[i].has_ended) continue;
    if (is_first)
      blocked = threads_[i].signal_mask;
    else
      ::sigandset(&blocked, &blocked, &threads_[i].signal_mask);
    is_first = false;
  }
  for (const int watchdog : {SIGVTALRM, SIGURG})
    ::sigdelset(&blocked, watchdog);
  if (std::memcmp(&blocked, &blocked_mask_, sizeof blocked) == 0) return;
  blocked_mask_ = blocked;
  POOLPROOF_REAL(pthread_sigmask)(SIG_SETMASK, &blocked, nullptr);
}

void Threads::become_child() noexcept {
  is_child_ = true;
  for (std::uint32_t i = 0; i < used_; ++i)
    threads_[i].has_ended = true;
  running().has_ended = false;
  ::sigemptyset(&running().pending);
}

void Threads::note_fork(ForkHandlers handlers) {
  const mocks::AllocationFaults::Pause pause;
  fork_handlers_.push_back(handlers);
}

// As pthread_atfork promises: before the fork newest first, afterwards oldest first.
void Threads::call_before_fork() {
  for (std::size_t i = fork_handlers_.size(); i-- > 0;)
    if (fork_handlers_[i].prepare != nullptr) fork_handlers_[i].prepare();
}

void Threads::call_after_fork(bool is_child) {
  for (std::size_t i = 0; i < fork_handlers_.size(); ++i) {
    auto* const handler = is_child ? fork_handlers_[i].child : fork_handlers_[i].parent;
    if (handler != nullptr) handler();
  }
}

Thread& Threads::running() noexcept {
  return of(Engine::current().running());
}

std::optional<TaskId> Threads::find(pthread_t thread) const noexcept {
  for (std::uint32_t i = 0; i < used_; ++i)
    if (lent_[i].home().thread_pointer == thread) return TaskId(static_cast<std::uint16_t>(i));
  return {};
}

pthread_t Threads::handle(TaskId task) const noexcept {
  return lent_[static_cast<std::size_t>(task)].home().thread_pointer;
}

// Thread-local objects first, newest first; then the values under keys, again and again while
// there are any.
void Threads::bid_farewell() {
  Thread& thread = running();
  while (!thread.farewells.empty()) {
    const Farewell farewell = thread.farewells.back();
    thread.farewells.pop_back();
    farewell.function(farewell.argument);
  }
  bool is_any = true;
  for (int round = 0; is_any && round < destructor_rounds; ++round) {
    is_any = false;
    for (pthread_key_t key = 0; key < keys_max && thread.has_value.any(); ++key) {
      if (!thread.has_value.test(key)) continue;
      void* value = POOLPROOF_REAL(pthread_getspecific)(key);
      thread.has_value.reset(key);
      POOLPROOF_REAL(pthread_setspecific)(key, nullptr);
      if (value == nullptr || destroys_[key] == nullptr) continue;
      is_any = true;
      destroys_[key](value);
    }
  }
}

void Threads::note_key(pthread_key_t key, void (*destroy)(void*), bool is_of_execution) {
  if (key >= keys_max) return;
  destroys_[key] = destroy;
  if (is_of_execution) keys_made_.push_back(key);
}

void Threads::forget_key(pthread_key_t key) noexcept {
  if (key < keys_max) destroys_[key] = nullptr;
  std::erase(keys_made_, key);
}

void Threads::note_value(pthread_key_t key) noexcept {
  if (key < keys_max) running().has_value.set(key);
}

std::uint64_t Threads::random() {
  if (!has_random_) {
    has_random_ = true;
    random_ = Engine::current().number(options_max);
  }
  Rng rng(random_);
  random_ = rng.next();
  return rng.next();
}

void Threads::look_at_clock() {
  constexpr std::uint32_t looks_max = 100;
  Engine& engine = Engine::current();
  if (engine.steps() != looked_at_step_) {
    looked_at_step_ = engine.steps();
    looks_ = 0;
  }
  if (++looks_ < looks_max) return;
  engine.sleep_until(engine.now() + std::chrono::milliseconds(1));
}

}  // namespace poolproof::sim::as_is
