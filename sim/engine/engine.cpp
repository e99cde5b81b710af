#include <poolproof/sim/engine/engine.h>

#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/allocation_faults.h>

namespace poolproof::sim {
namespace {

std::string message_of(const std::exception_ptr& thrown) {
  if (!thrown) return "no exception";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& exception) {
    return exception.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace

/// std::terminate on a task's stack ends the execution, not the program.
struct EngineTerminate {
  static void install() {
    static std::once_flag once;
    std::call_once(once, [] { before = std::set_terminate(&handle); });
  }
  static void handle() {
    if (Engine* engine = Engine::current_or_null()) engine->terminated();
    before();
  }
  static inline std::terminate_handler before = nullptr;  // constant once installed
};

namespace {

/// In a program that never had a second thread the standard library counts the holders of a
/// shared_ptr without atomics: between tasks that would be a race, and no pool's fault.
[[maybe_unused]] void stop_counting_as_single_threaded() {
  static std::once_flag once;
  std::call_once(once, [] { std::thread([] {}).join(); });
}

}  // namespace

Engine::Engine() : tasks_(std::make_unique<Task[]>(tasks_max)) {
  EngineTerminate::install();
  if constexpr (under_tsan) stop_counting_as_single_threaded();
  driver_.adopt_thread();
  for (std::uint32_t i = 0; i < tasks_max; ++i) {
    tasks_[i].engine = this;
    tasks_[i].id = TaskId(i);
  }
}

Engine::~Engine() {
  // A host's stacks are others' by now, and hold nothing.
  if (host_ == nullptr) quit_fibers();
}

namespace {
constinit TaskHost* lent_host = nullptr;
}

TaskHost* task_host() noexcept {
  return lent_host;
}
void lend_host(TaskHost* host) noexcept {
  lent_host = host;
}

// ---- The flow of an execution
// ------------------------------------------------------------------------

ExecutionResult Engine::run(Strategy& strategy, const ExecutionLimits& limits,
                            const std::function<void()>& body) {
  ensure(current_engine_ == nullptr);
  driver_.adopt_thread();
  {
    const EngineSection section;
    reset(strategy, limits);
    current_engine_ = this;
    Task& main = tasks_[0];
    happens_before_release(&main.start_order);
    spawned_ = 1;
    alive_ = runnable_ = TaskSet(main.id);
    main_body_ = &body;
    running_ = &main;
    give_stack(main);
    if (step_listener_ != nullptr) tell_step(Actor::task, main, {});
    Fiber::switch_between(driver_, main.fiber);
    if (!alive_.is_empty() && host_ == nullptr) unwind_all();
    for (std::uint32_t i = 0; i < spawned_; ++i)
      happens_before_acquire(&tasks_[i].end_order);
    current_engine_ = nullptr;
    if (host_ != nullptr) host_->end();
  }
  result_.steps = steps_;
  return std::move(result_);
}

void Engine::reset(Strategy& strategy, const ExecutionLimits& limits) {
  for (std::uint32_t i = 0; i < spawned_; ++i) {
    Task& task = tasks_[i];
    intents_[i] = {};
    task.locks_held = 0;
    task.is_done = false;
    task.joiners.clear();
    task.waits_on = nullptr;
    task.retakes = nullptr;
    task.wants = nullptr;
    task.wants_mutex = nullptr;
    if (host_ != nullptr) forget(task);
  }
  if (host_ != nullptr) host_->begin();
  strategy_ = &strategy;
  runnable_ = timed_ = sleeping_ = yielded_ = alive_ = {};
  now_ = Instant{};
  steps_ = 0;
  timers_set_ = 0;
  objects_ = 0;
  ++epoch_;
  steps_max_ = limits.steps_max;
  spurious_wakeups_left_ = limits.spurious_wakeups;
  spurious_cas_left_ = limits.spurious_cas_failures;
  may_fail_cas_ = limits.spurious_cas_failures > 0;
  notes_ = 0;
  mutex_given_ = 0;
  racing_time_ = limits.racing_time;
  // What the harness allocates must outlive an execution that a host undoes.
  counts_allocations_ = limits.counts_allocations || host_ != nullptr;
  ended_ = aborting_ = false;
  schedule_.clear();
  result_ = {};
}

// What it holds lies in memory that is about to be as it was.
void Engine::forget(Task& task) noexcept {
  std::construct_at(&task.body);
  std::construct_at(&task.name);
}

void Engine::give_stack(Task& task) {
  if (host_ != nullptr) {
    const mocks::AllocationFaults::Pause pause;
    return task.fiber.create_in(host_->home(task.id), &Engine::task_entry, &task);
  }
  if (!task.is_abandoned && task.fiber.is_created()) return;
  const EngineSection section;
  if (std::exchange(task.is_abandoned, false)) task.fiber.abandon();
  task.fiber.create(&Engine::task_entry, &task);
}

void Engine::task_entry(void* argument) {
  auto& task = *static_cast<Task*>(argument);
  Engine& engine = *task.engine;
  current_engine_ = &engine;  // Each task has one of its own, where there is a host.
  if (engine.host_ != nullptr) engine.host_->enter(task.id);
  for (;;) {
    happens_before_acquire(&task.start_order);
    engine.run_body(task);
    engine.finish(task);
    if (engine.quitting_) break;
  }
  Fiber::switch_between(task.fiber, engine.driver_);
}

void Engine::run_body(Task& task) {
  try {
    task.id == TaskId{0} ? (*main_body_)() : task.body();
    if (host_ != nullptr) host_->leave(task.id);
  } catch (const TaskAborted&) {  // Unwound: nothing more to do.
  } catch (...) {
    const EngineSection section;
    const mocks::AllocationFaults::Pause pause;
    end(Ending::crashed, "task " + std::to_string(static_cast<unsigned>(task.id)) +
                             " ended with an exception: " + message_of(std::current_exception()));
  }
  task.body = nullptr;
}

void Engine::finish(Task& task) {
  mark_done(task);
  runnable_.remove(task.id);
  runnable_ |= task.joiners;
  // A program ends with its main thread; what others there are, a library keeps.
  if (host_ != nullptr && task.id == TaskId{0}) ended_ = true;
  Task* next = ended_ ? nullptr : pick_next();
  if (next == nullptr) {
    Fiber::switch_between(task.fiber, driver_);
    return;
  }
  running_ = next;
  Fiber::switch_between(task.fiber, next->fiber);
}

void Engine::mark_done(Task& task) noexcept {
  task.is_done = true;
  alive_.remove(task.id);
  happens_before_release(&task.end_order);
  happens_before_release(&tasks_[0].end_order);  // For who is unwound after it: stop_here().
}

void Engine::end(Ending ending, std::string_view explanation) noexcept {
  if (ended_) return;
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  ended_ = true;
  result_.ending = ending;
  result_.explanation.assign(explanation);  // Whose memory may be the tasks'.
}

void Engine::end_stuck(Ending ending) noexcept {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  end(ending, what_each_waits_for());
}

void Engine::leave_to_driver() noexcept {
  Fiber::switch_between(running_->fiber, driver_);
}

// Clients first, the main task last: it owns what they use.
void Engine::unwind_all() {
  aborting_ = true;
  for (std::uint32_t i = spawned_; i-- > 0;) {
    Task& task = tasks_[i];
    if (task.is_done) continue;
    if (intents_[i].kind == IntentKind::start && i != 0) {
      task.body = nullptr;  // Spawned, never run: nothing to unwind.
      continue;
    }
    running_ = &task;
    task.aborts = 0;
    Fiber::switch_between(driver_, task.fiber);
  }
}

void Engine::quit_fibers() noexcept {
  quitting_ = true;
  for (std::uint32_t i = 0; i < tasks_max; ++i) {
    Task& task = tasks_[i];
    if (task.fiber.is_created() && task.is_done && !task.is_abandoned)
      Fiber::switch_between(driver_, task.fiber);
  }
}

void Engine::abandon_running() noexcept {
  Task& task = *running_;
  if (host_ != nullptr) leave_to_driver();
  ++stacks_abandoned_;
  mark_done(task);
  task.is_abandoned = true;
  Fiber::switch_between(task.fiber, driver_);
  std::abort();  // Nobody switches to an abandoned stack.
}

void Engine::terminated() noexcept {
  if (!aborting_) {
    const EngineSection section;
    const mocks::AllocationFaults::Pause pause;
    end(Ending::crashed, "std::terminate was called in task " +
                             std::to_string(static_cast<unsigned>(running_->id)) + ": " +
                             message_of(std::current_exception()));
  }
  abandon_running();
}

void Engine::fail(std::string explanation) {
  fail_noexcept(std::move(explanation));
  stop_here();
}

void Engine::fail_noexcept(std::string explanation) noexcept {
  if (aborting_) return;
  end(Ending::crashed, explanation);
  leave_to_driver();
}

void Engine::leave(Ending ending, std::string_view explanation) noexcept {
  ensure(host_ != nullptr);
  end(ending, explanation);
  leave_to_driver();
  std::abort();  // Nobody goes on with a task that has been left.
}

// ---- Tasks
// -------------------------------------------------------------------------------------------

TaskId Engine::spawn(std::move_only_function<void()> body) {
  if (!reach({IntentKind::spawn, spawned_})) return no_task;
  if (spawned_ == tasks_max) fail("a 257th task was spawned: at most 256 run in one execution");
  Task& task = tasks_[spawned_++];
  task.body = std::move(body);
  intents_[static_cast<std::size_t>(task.id)] = {};
  give_stack(task);
  task.locks_held = 0;
  task.is_done = false;
  task.is_interrupted = false;
  task.joiners.clear();
  task.name.clear();
  happens_before_release(&task.start_order);
  alive_.add(task.id);
  runnable_.add(task.id);
  return task.id;
}

bool Engine::join_until(TaskId id, Instant deadline) {
  if (aborting_) return stop_here();
  Task& self = *running_;
  Task& task = tasks_[static_cast<std::size_t>(id)];
  if (!task.is_done) {
    task.joiners.add(self.id);
    block(deadline);
  }
  if (!reach({IntentKind::join, static_cast<std::uint32_t>(id)})) return false;
  if (deadline != Instant::max()) notes_ |= step_note::everything;
  timed_.remove(self.id);
  task.joiners.remove(self.id);
  if (!task.is_done) return false;
  happens_before_acquire(&task.end_order);
  return true;
}

void Engine::interrupt(TaskId id) noexcept {
  Task& task = tasks_[static_cast<std::size_t>(id)];
  const IntentKind kind = intents_[static_cast<std::size_t>(id)].kind;
  if (task.is_done || kind == IntentKind::lock || kind == IntentKind::lock_shared ||
      kind == IntentKind::lock_exclusive)
    return;
  if (runnable_.has(id)) {
    task.is_interrupted = true;
    return;
  }
  notes_ |= step_note::everything;
  wake(task, false);
}

void Engine::forsake_others() noexcept {
  alive_ = runnable_ = TaskSet(running_->id);
  timed_.clear();
  sleeping_.clear();
  yielded_.clear();
}

void Engine::yield() {
  notes_ |= step_note::yields;
  if (!aborting_) yielded_.add(running_->id);
  reach({IntentKind::yield, 0});
}

void Engine::sleep_until(Instant instant) {
  if (!aborting_ && instant > read_clock()) {
    block(instant);
    if (listener_ != nullptr) listener_->on_parked(running_->id);
  }
  reach({IntentKind::sleep, 0});
}

void Engine::client_call() {
  reach({IntentKind::client_call, 0});
}

}  // namespace poolproof::sim
