#include <poolproof/sim/engine/engine.h>

#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include <poolproof/core/ensure.h>

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
  quit_fibers();
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
    alive_ = runnable_ = 1;
    main_body_ = &body;
    running_ = &main;
    give_stack(main);
    if (step_listener_ != nullptr) tell_step(Actor::task, main, {});
    Fiber::switch_between(driver_, main.fiber);
    if (alive_ != 0) unwind_all();
    for (std::uint32_t i = 0; i < spawned_; ++i)
      happens_before_acquire(&tasks_[i].end_order);
    current_engine_ = nullptr;
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
    task.joiners = 0;
    task.waits_on = nullptr;
    task.retakes = nullptr;
    task.wants = nullptr;
    task.wants_mutex = nullptr;
  }
  strategy_ = &strategy;
  runnable_ = timed_ = sleeping_ = yielded_ = alive_ = 0;
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
  counts_allocations_ = limits.counts_allocations;
  ended_ = aborting_ = false;
  schedule_.clear();
  result_ = {};
}

void Engine::give_stack(Task& task) {
  if (!task.is_abandoned && task.fiber.is_created()) return;
  const EngineSection section;
  if (std::exchange(task.is_abandoned, false)) task.fiber.abandon();
  task.fiber.create(&Engine::task_entry, &task);
}

void Engine::task_entry(void* argument) {
  auto& task = *static_cast<Task*>(argument);
  Engine& engine = *task.engine;
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
  } catch (const TaskAborted&) {  // Unwound: nothing more to do.
  } catch (...) {
    const EngineSection section;
    end(Ending::crashed, "task " + std::to_string(static_cast<unsigned>(task.id)) +
                             " ended with an exception: " + message_of(std::current_exception()));
  }
  task.body = nullptr;
}

void Engine::finish(Task& task) {
  mark_done(task);
  runnable_ &= ~bit(task.id);
  runnable_ |= task.joiners;
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
  alive_ &= ~bit(task.id);
  happens_before_release(&task.end_order);
  happens_before_release(&tasks_[0].end_order);  // For who is unwound after it: stop_here().
}

void Engine::end(Ending ending, std::string explanation) noexcept {
  if (ended_) return;
  const EngineSection section;
  ended_ = true;
  result_.ending = ending;
  result_.explanation = std::move(explanation);
}

void Engine::end_stuck(Ending ending) noexcept {
  const EngineSection section;
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
  ++stacks_abandoned_;
  mark_done(task);
  task.is_abandoned = true;
  Fiber::switch_between(task.fiber, driver_);
  std::abort();  // Nobody switches to an abandoned stack.
}

void Engine::terminated() noexcept {
  if (!aborting_) {
    const EngineSection section;
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
  end(Ending::crashed, std::move(explanation));
  leave_to_driver();
}

// ---- Tasks
// -------------------------------------------------------------------------------------------

TaskId Engine::spawn(std::move_only_function<void()> body) {
  if (!reach({IntentKind::spawn, spawned_})) return no_task;
  if (spawned_ == tasks_max) fail("a 65th task was spawned: at most 64 run in one execution");
  Task& task = tasks_[spawned_++];
  task.body = std::move(body);
  intents_[static_cast<std::size_t>(task.id)] = {};
  give_stack(task);
  task.locks_held = 0;
  task.is_done = false;
  task.joiners = 0;
  task.name.clear();
  happens_before_release(&task.start_order);
  alive_ |= bit(task.id);
  runnable_ |= bit(task.id);
  return task.id;
}

void Engine::join(TaskId id) {
  if (aborting_) return static_cast<void>(stop_here());
  Task& task = tasks_[static_cast<std::size_t>(id)];
  const TaskMask self = bit(running_->id);
  if (!task.is_done) {
    task.joiners |= self;
    runnable_ &= ~self;
  }
  if (!reach({IntentKind::join, static_cast<std::uint32_t>(id)})) return;
  happens_before_acquire(&task.end_order);
}

void Engine::yield() {
  notes_ |= step_note::yields;
  if (!aborting_) yielded_ |= bit(running_->id);
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
