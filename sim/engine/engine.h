#pragma once
// Runs tasks one at a time on one OS thread and puts every choice to a strategy. What the tasks
// call is sim/engine/sim_platform.h; who calls run() is sim/explore/. Ideas: shuttle (one decision
// point), loom and relacy (primitives with the standard's semantics), Coyote (deadlock reports
// that name what each task waits for).

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/engine/schedule.h>
#include <poolproof/sim/engine/step_listener.h>
#include <poolproof/sim/engine/strategy.h>
#include <poolproof/sim/engine/task.h>
#include <poolproof/sim/engine/task_host.h>
#include <poolproof/sim/engine/watch.h>

namespace poolproof::sim {

/// How an execution ended.
enum class Ending : std::uint8_t {
  completed,
  deadlock,  ///< nobody can run, no timer is left, and not all are done
  livelock,  ///< the step budget is used up
  stuck,     ///< a task came to no scheduling point any more, and was given up
  crashed,   ///< an exception left a task, std::terminate was called, or a primitive was misused
  diverged,  ///< the strategy had no answer: a replay that no longer fits
};

std::string_view to_string(Ending ending) noexcept;

struct ExecutionResult {
  Ending ending = Ending::completed;
  std::uint64_t steps = 0;
  std::string explanation;  ///< empty when completed; for people
};

struct ExecutionLimits {
  bool racing_time =
      true;  ///< the next timer may fire while tasks could run; else only when none can
  std::uint32_t spurious_wakeups = 0;
  std::uint32_t spurious_cas_failures = 0;
  std::uint32_t steps_max = 20'000;
  bool counts_allocations =
      false;  ///< tasks use mocks::AllocationFaults: each keeps its own switch
};

/// What a task is about to do, or sleeps in.
struct Waiting {
  TaskId task = no_task;
  Intent intent{};
  bool can_go_on = false;
  Instant until = Instant::max();  ///< when its timer fires; Instant::max(): it has none
  TaskId held_by = no_task;        ///< of the mutex that it wants
};

/// Is told, while the engine works and on whichever task's stack, of what no task can see. It must
/// not call a primitive.
class EngineListener {
 public:
  virtual ~EngineListener() = default;
  /// `task` goes to sleep on a condition variable, an atomic, a semaphore or the clock.
  virtual void on_parked(TaskId task) = 0;
  /// No task can run. Time is about to move on by `until_next_timer` (0 when that timer was due
  /// before) or, if `is_deadlock`, the execution is about to end.
  virtual void on_stalled(bool is_deadlock, Duration until_next_timer) = 0;
};

/// Thrown by scheduling points, and only by them, to unwind the tasks of an execution that ends
/// early.
struct TaskAborted {};

/// One engine for one OS thread at a time. Reuse it: stacks and memory are kept from one execution
/// to the next.
class Engine {
 public:
  Engine();
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs `body` as task 0, and what it spawns, until all tasks are done or the execution ends
  /// early. Not from inside an execution.
  ExecutionResult run(Strategy& strategy, const ExecutionLimits& limits,
                      const std::function<void()>& body);

  /// The choices of the last execution, or of the one under way.
  [[nodiscard]] const Schedule& schedule() const noexcept { return schedule_; }
  /// Stacks given up so far because a destructor or noexcept function stood in the way of
  /// unwinding them.
  [[nodiscard]] std::uint64_t stacks_abandoned() const noexcept { return stacks_abandoned_; }

  /// Who lends tasks what threads have; nullptr: nobody does. It must outlive the executions.
  void set_host(TaskHost* host) noexcept { host_ = host; }
  /// nullptr switches it off. The listener must outlive the executions.
  void set_listener(EngineListener* listener) noexcept { listener_ = listener; }
  /// nullptr switches it off. The listener must outlive the executions.
  void set_step_listener(StepListener* listener) noexcept { step_listener_ = listener; }
  /// The same.
  void set_step_witness(StepWitness* witness) noexcept { step_witness_ = witness; }

  /// The engine whose execution runs on this OS thread, or nullptr.
  __attribute__((no_sanitize("thread"))) static Engine* current_or_null() noexcept {
    return current_engine_;
  }
  /// The same; a mistake outside an execution.
  static Engine& current() {
    ensure(current_engine_ != nullptr);
    return *current_engine_;
  }

  // The rest is for code that runs inside an execution.

  /// Whether a task runs: not while an execution begins or ends. For signal handlers, too.
  [[nodiscard]] __attribute__((no_sanitize("thread"))) bool has_running() const noexcept {
    return running_ != nullptr;
  }
  [[nodiscard]] __attribute__((no_sanitize("thread"))) TaskId running() const noexcept {
    return running_->id;
  }
  [[nodiscard]] __attribute__((no_sanitize("thread"))) std::uint64_t steps() const noexcept {
    return steps_;
  }
  /// For the harness. What the tasks look at is read_clock().
  [[nodiscard]] Instant now() const noexcept { return now_; }
  // The notes are the engine's own: hidden from the race detector.
  [[nodiscard]] __attribute__((no_sanitize("thread"))) Instant read_clock() noexcept {
    notes_ |= step_note::reads_clock;
    return now_;
  }
  /// The step under way does what its intent does not say.
  __attribute__((no_sanitize("thread"))) void note(StepNotes notes) noexcept { notes_ |= notes; }
  /// Mutexes that the running task holds.
  [[nodiscard]] std::uint16_t locks_held() const noexcept { return running_->locks_held; }
  [[nodiscard]] bool is_aborting() const noexcept { return aborting_; }
  [[nodiscard]] bool is_done(TaskId task) const noexcept {
    return tasks_[static_cast<std::size_t>(task)].is_done;
  }
  /// Whether a task but the running one can go on, now or when time has passed.
  [[nodiscard]] bool others_can_go_on() const noexcept {
    TaskSet others = runnable_ | timed_;
    others.remove(running_->id);
    return !others.is_empty();
  }
  /// What those tasks that are not done are about to do, in order of task. For the harness.
  [[nodiscard]] std::vector<Waiting> waiting() const;
  void name_task(TaskId task, std::string_view name);

  void lock(MutexState& mutex);
  bool try_lock(MutexState& mutex);
  /// Returns whether it has the mutex; not when the deadline came first.
  bool lock_until(MutexState& mutex, Instant deadline);
  void unlock(MutexState& mutex) noexcept;
  /// Returns whether the deadline passed. Instant::max() is no deadline.
  bool wait(WaitState& condition, MutexState& mutex, Instant deadline);
  void notify_one(WaitState& condition) noexcept;
  void notify_all(WaitState& condition) noexcept;

  /// Alone, or to share it with others that do; unless the deadline comes first. A deadline that
  /// has passed makes them try_lock and try_lock_shared.
  bool lock_until(SharedMutexState& mutex, Instant deadline);
  bool lock_shared_until(SharedMutexState& mutex, Instant deadline);
  /// Gives back what the running task has of it.
  void unlock(SharedMutexState& mutex) noexcept;

  /// A scheduling point before an access to `object`; false when the execution is being unwound.
  bool touch(ObjectState& object, IntentKind kind);
  /// The same for operations that the standard declares noexcept.
  bool touch_noexcept(ObjectState& object, IntentKind kind) noexcept;
  /// Sleeps until `atomic` is notified. The caller has looked at the value in the same step.
  void park(WaitState& atomic) { park_until(atomic, Instant::max()); }
  /// The same, but no longer than until `deadline`; returns whether that was it.
  bool park_until(WaitState& atomic, Instant deadline);
  /// Wakes one of those parked on `atomic`, or all.
  void unpark(WaitState& atomic, bool all) noexcept;
  /// What comes next is reached only once `object` is unparked, or `deadline` has passed. For what
  /// is built of touch() and unpark(): the caller has looked at the object in the same step.
  void stop_before_next(WaitState& object, Instant deadline);
  /// Whether that deadline passed.
  [[nodiscard]] bool has_timed_out() const noexcept { return running_->timed_out; }
  /// The running task took a lock that the engine does not know of, or gave it back.
  void count_lock() noexcept { ++running_->locks_held; }
  void uncount_lock() noexcept { --running_->locks_held; }
  /// For tables that last longer than an execution.
  [[nodiscard]] std::uint32_t execution_number() const noexcept { return epoch_; }
  /// Whether a compare_exchange_weak that could succeed is to fail.
  bool fails_spuriously();

  void acquire(SemaphoreState& semaphore);
  bool acquire_until(SemaphoreState& semaphore, Instant deadline);
  bool try_acquire(SemaphoreState& semaphore);
  void release(SemaphoreState& semaphore, std::uint64_t permits) noexcept;

  TaskId spawn(std::move_only_function<void()> body);
  /// A scheduling point after spawn(), for code whose plain reads and writes are none: what it has
  /// spawned may come before all that it does next.
  void let_begin() { reach({IntentKind::yield, 0}); }
  void join(TaskId task) { join_until(task, Instant::max()); }
  /// Returns whether it has ended; not when the deadline came first.
  bool join_until(TaskId task, Instant deadline);
  /// Wakes `task` from what it sleeps in, as if for no reason; not from waiting for a mutex.
  void interrupt(TaskId task) noexcept;
  /// Of the tasks there are only the running one goes on: the others are another process's.
  void forsake_others() noexcept;
  void yield();
  void sleep_until(Instant instant);
  /// A scheduling point that is no primitive's: a call to the database client.
  void client_call();

  /// Choices for the environment.
  bool chance(std::uint32_t numerator, std::uint32_t denominator);
  std::uint32_t number(std::uint32_t options);

  /// Ends the execution as crashed. Throws TaskAborted.
  void fail(std::string explanation);
  /// The same for operations that may not throw: it returns when the execution is being unwound.
  void fail_noexcept(std::string explanation) noexcept;
  /// Ends it, for its tasks have a host, and does not come back. From a signal's handler too.
  [[noreturn]] void leave(Ending ending, std::string_view explanation) noexcept;

 private:
  friend struct EngineTerminate;

  // The flow of an execution.
  void reset(Strategy& strategy, const ExecutionLimits& limits);
  void give_stack(Task& task);
  void forget(Task& task) noexcept;
  static void task_entry(void* task);
  void run_body(Task& task);
  void finish(Task& task);
  void mark_done(Task& task) noexcept;
  void end(Ending ending, std::string_view explanation) noexcept;
  [[gnu::noinline]] void end_stuck(Ending ending) noexcept;
  void leave_to_driver() noexcept;
  void unwind_all();
  void quit_fibers() noexcept;
  [[noreturn]] void abandon_running() noexcept;
  [[noreturn]] void terminated() noexcept;

  // Scheduling points.
  bool reach(Intent intent);
  bool reach_noexcept(Intent intent) noexcept;
  void go_on() noexcept;
  [[gnu::noinline]] static void switch_uncounted(Task& from, Task& to) noexcept;
  bool stop_here();
  Task* pick_next() noexcept;
  Task* begin_step(Task* task) noexcept;
  [[gnu::noinline]] void tell_step(Actor actor, const Task& task, Intent intent) noexcept;
  [[gnu::noinline]] void tell_step_done() noexcept;
  [[gnu::noinline]] void tell_taken(const Task& task) noexcept;
  [[gnu::noinline]] void tell_woken(const Task& task) noexcept;
  [[gnu::noinline]] void tell_deadlock() noexcept;
  void tell_engine_step(Actor actor, const Task& task) noexcept;
  Task* pick_among(const TaskSet& candidates, bool has_timer, const TaskSet& sleepers) noexcept;
  std::uint32_t ask(ChoicePoint point) noexcept;
  [[gnu::noinline]] void refuse(const ChoicePoint& point) noexcept;
  [[gnu::noinline]] void grow_schedule() noexcept;
  [[nodiscard]] Task& next_timed() noexcept;
  [[gnu::noinline]] void tell_stalled() noexcept;
  std::uint32_t choose_uncounted(const ChoicePoint& point) noexcept;
  void fire_next_timer() noexcept;
  void wake(Task& task, bool timed_out) noexcept;
  void block(Instant deadline) noexcept;
  void take(MutexState& mutex) noexcept;
  void give(MutexState& mutex) noexcept;
  void claim(SemaphoreState& semaphore) noexcept;
  bool reach_gate(Gate& gate, Intent intent, bool is_open, Instant deadline, bool is_sleep);
  void open(SharedMutexState& mutex) noexcept;
  bool wait_for_permit(SemaphoreState& semaphore, Instant deadline);
  std::uint32_t id_of(ObjectState& object) noexcept;
  std::string what_each_waits_for() const;

  static inline constinit thread_local Engine* current_engine_ = nullptr;

  std::unique_ptr<Task[]> tasks_;
  Fiber driver_;
  Strategy* strategy_ = nullptr;
  TaskHost* host_ = nullptr;
  EngineListener* listener_ = nullptr;
  StepListener* step_listener_ = nullptr;
  StepWitness* step_witness_ = nullptr;

  // One execution.
  const std::function<void()>* main_body_ = nullptr;
  Task* running_ = nullptr;
  std::array<Intent, tasks_max> intents_{};  // by task
  TaskSet runnable_;                         // can do what it declared
  TaskSet timed_;                            // has a deadline that has not fired
  TaskSet sleeping_;                         // on a condition variable
  TaskSet yielded_;                          // steps back once for the others
  TaskSet alive_;
  Instant now_{};
  std::uint64_t steps_ = 0;
  std::uint64_t steps_max_ = 0;
  std::uint64_t timers_set_ = 0;
  std::uint32_t spawned_ = 0;
  std::uint32_t objects_ = 0;
  std::uint32_t epoch_ = 0;
  std::uint32_t spurious_wakeups_left_ = 0;
  std::uint32_t spurious_cas_left_ = 0;
  StepNotes notes_ = 0;            // of the step under way; read only for a StepListener
  std::uint32_t mutex_given_ = 0;  // the same: by a wait
  bool may_fail_cas_ = false;
  bool racing_time_ = true;
  bool counts_allocations_ = false;
  bool ended_ = false;
  bool aborting_ = false;
  bool quitting_ = false;
  Schedule schedule_;
  ExecutionResult result_;
  std::uint64_t stacks_abandoned_ = 0;
};

}  // namespace poolproof::sim
