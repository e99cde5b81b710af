// Scheduling points, and what each primitive does once its turn has come: the hot part, in one
// place so that the compiler sees all of it. The flow of an execution is engine.cpp.

#include <poolproof/sim/engine/engine.h>

#include <exception>
#include <utility>

#include <poolproof/mocks/allocation_faults.h>

namespace poolproof::sim {
namespace {

// When a stack is given up: after so many operations that only pretended, a throw that catch (...)
// swallowed counting for a hundred of them.
constexpr std::uint16_t aborts_max = 10'000;
constexpr std::uint16_t aborts_of_a_throw = 100;

std::size_t index_of(TaskId task) noexcept {
  return static_cast<std::size_t>(task);
}

}  // namespace

// ---- Scheduling points
// -------------------------------------------------------------------------------

// Declares `intent` and lets others go first. Returns true when the task has been chosen to do
// what it declared, false when the execution is being unwound and the operation must do nothing.
bool Engine::reach(Intent intent) {
  if (!reach_noexcept(intent)) return stop_here();
  return true;
}

[[gnu::always_inline]] inline bool Engine::reach_noexcept(Intent intent) noexcept {
  if (aborting_) [[unlikely]] {
    // A loop that spins on atomics, none of which may throw, would never end.
    if (++running_->aborts > aborts_max) abandon_running();
    return false;
  }
  intents_[static_cast<std::size_t>(running_->id)] = intent;
  if (++steps_ > steps_max_) {
    end_stuck(Ending::livelock);
    leave_to_driver();
    return false;
  }
  go_on();
  return !aborting_;
}

// Picks who goes on and switches to it; returns when the calling task is picked again, or unwound.
[[gnu::always_inline]] inline void Engine::go_on() noexcept {
  Task& self = *running_;
  Task* next = pick_next();
  if (next == nullptr) {
    leave_to_driver();
  } else if (next != &self) {
    running_ = next;
    if (counts_allocations_) [[unlikely]] {
      switch_uncounted(self, *next);
    } else {
      Fiber::switch_between(self.fiber, next->fiber);
    }
  }
  if (step_witness_ != nullptr && !aborting_) tell_taken(self);
}

// At a scheduling point of a task that is being unwound: throws, unless a destructor or a handler
// runs because of an exception already; then returns false, and the operation pretends: what is to
// be put in order is put in order.
bool Engine::stop_here() {
  happens_before_acquire(&tasks_[0].end_order);
  if (std::uncaught_exceptions() > 0 || std::current_exception() != nullptr) return false;
  running_->aborts = static_cast<std::uint16_t>(running_->aborts + aborts_of_a_throw);
  if (running_->aborts > aborts_max) abandon_running();
  throw TaskAborted{};
}

[[gnu::always_inline]] inline Task* Engine::begin_step(Task* task) noexcept {
  if (step_listener_ != nullptr)
    tell_step(Actor::task, *task, intents_[static_cast<std::size_t>(task->id)]);
  return task;
}

Task* Engine::pick_next() noexcept {
  for (;;) {
    if (step_listener_ != nullptr) tell_step_done();
    TaskSet candidates = runnable_ - yielded_;
    if (candidates.is_empty()) candidates = runnable_;
    if (candidates.is_empty()) {
      if (alive_.is_empty()) {
        ended_ = true;
        return nullptr;
      }
      if (listener_ != nullptr) tell_stalled();
      if (timed_.is_empty()) {
        if (step_listener_ != nullptr) tell_deadlock();
        end_stuck(Ending::deadlock);
        return nullptr;
      }
      fire_next_timer();
      continue;
    }
    const bool has_timer = racing_time_ && !timed_.is_empty();
    const TaskSet sleepers = spurious_wakeups_left_ > 0 ? sleeping_ : TaskSet();
    if (candidates.has_one() && !has_timer && sleepers.is_empty()) {
      yielded_.clear();
      return begin_step(&tasks_[index_of(candidates.lowest())]);
    }
    if (Task* next = pick_among(candidates, has_timer, sleepers)) return begin_step(next);
    if (ended_) return nullptr;
  }
}

// nullptr when the answer was not a task to run: a timer, a sleeper, or no answer.
[[gnu::always_inline]] inline Task* Engine::pick_among(const TaskSet& candidates, bool has_timer,
                                                       const TaskSet& sleepers) noexcept {
  const bool last_can_go_on = candidates.has(running_->id);
  const auto tasks = candidates.count();
  const std::uint32_t options = tasks + (has_timer ? 1U : 0U) + sleepers.count();
  std::uint32_t answer = ask({.kind = ChoiceKind::task,
                              .options = options,
                              .runnable = candidates,
                              .sleepers = sleepers,
                              .has_timer = has_timer,
                              .last_can_go_on = last_can_go_on,
                              .last = running_->id});
  if (answer >= options) return nullptr;
  if (answer < tasks) {
    yielded_.clear();
    if (!last_can_go_on) return &tasks_[index_of(candidates.nth(answer))];
    if (answer == 0) return running_;
    return &tasks_[index_of((candidates - TaskSet(running_->id)).nth(answer - 1))];
  }
  answer -= tasks;
  if (has_timer && answer-- == 0) {
    fire_next_timer();
    return nullptr;
  }
  --spurious_wakeups_left_;
  Task& sleeper = tasks_[index_of(sleepers.nth(answer))];
  if (step_listener_ != nullptr) tell_engine_step(Actor::spurious, sleeper);
  notes_ |= step_note::budget | step_note::everything;
  wake(sleeper, false);
  return nullptr;
}

[[gnu::always_inline]] inline std::uint32_t Engine::ask(ChoicePoint point) noexcept {
  point.intents = intents_.data();
  // The race detector would take what the strategy does for the task's own doing.
  if constexpr (under_tsan) Fiber::show_as(driver_);
  const std::uint32_t answer =
      counts_allocations_ ? choose_uncounted(point) : strategy_->choose(point);
  if constexpr (under_tsan) Fiber::show_as(running_->fiber);
  if (answer >= point.options) [[unlikely]] {
    refuse(point);
    return answer;
  }
  if (schedule_.size() == schedule_.capacity()) [[unlikely]]
    grow_schedule();
  schedule_.push_back(
      {.options = point.options, .chosen = answer & 0xffffffU, .kind = point.kind});
  return answer;
}

// A timer is set.
Task& Engine::next_timed() noexcept {
  Task* first = nullptr;
  for (const TaskId id : timed_) {
    Task& task = tasks_[index_of(id)];
    if (first == nullptr || task.deadline < first->deadline ||
        (task.deadline == first->deadline && task.timer < first->timer)) {
      first = &task;
    }
  }
  return *first;
}

void Engine::fire_next_timer() noexcept {
  Task& first = next_timed();
  if (step_listener_ != nullptr) tell_engine_step(Actor::timer, first);
  notes_ |= step_note::fires_timer;
  if (!racing_time_) notes_ |= step_note::barrier;
  if (first.deadline > now_) now_ = first.deadline;
  wake(first, true);
}

// The one step by which a task that sleeps can go on: it leaves what it waits on and wants its
// mutex back.
void Engine::wake(Task& task, bool timed_out) noexcept {
  const TaskSet self(task.id);
  if (step_listener_ != nullptr) tell_woken(task);
  if (!(timed_ & self).is_empty()) notes_ |= step_note::clears_timer;
  timed_ -= self;
  task.timed_out = timed_out;
  if (task.waits_on != nullptr) std::exchange(task.waits_on, nullptr)->waiting -= self;
  if (task.wants != nullptr) std::exchange(task.wants, nullptr)->wanting -= self;
  if (MutexState* mutex = std::exchange(task.retakes, nullptr)) {
    sleeping_ -= self;
    task.wants_mutex = mutex;
    intents_[static_cast<std::size_t>(task.id)] = {IntentKind::lock, mutex->id};
    mutex->wanting |= self;
    if (mutex->is_held) return;
  }
  runnable_ |= self;
}

// The running task cannot go on until woken or until `deadline`.
void Engine::block(Instant deadline) noexcept {
  const TaskSet self(running_->id);
  runnable_ -= self;
  running_->timed_out = false;
  if (std::exchange(running_->is_interrupted, false)) return wake(*running_, false);
  if (deadline == Instant::max()) return;
  notes_ |= step_note::sets_timer;
  running_->deadline = deadline;
  running_->timer = ++timers_set_;
  timed_ |= self;
}

std::uint32_t Engine::id_of(ObjectState& object) noexcept {
  if (object.epoch != epoch_) {
    object.epoch = epoch_;
    object.id = ++objects_;
  }
  return object.id;
}

bool Engine::touch(ObjectState& object, IntentKind kind) {
  return reach({kind, id_of(object)});
}

bool Engine::touch_noexcept(ObjectState& object, IntentKind kind) noexcept {
  return reach_noexcept({kind, id_of(object)});
}

bool Engine::fails_spuriously() {
  if (may_fail_cas_) notes_ |= step_note::budget;
  if (aborting_ || spurious_cas_left_ == 0) return false;
  if (ask({.kind = ChoiceKind::cas, .options = 2}) != 1) return false;
  --spurious_cas_left_;
  return true;
}

bool Engine::chance(std::uint32_t numerator, std::uint32_t denominator) {
  if (aborting_ || numerator == 0) return false;
  return ask({.kind = ChoiceKind::fault,
              .options = 2,
              .numerator = numerator,
              .denominator = denominator}) == 1;
}

std::uint32_t Engine::number(std::uint32_t options) {
  if (aborting_ || options < 2) return 0;
  const std::uint32_t answer = ask({.kind = ChoiceKind::number, .options = options});
  return answer < options ? answer : 0;
}

// ---- Mutexes
// -----------------------------------------------------------------------------------------

// Chosen means that the mutex is free: nobody is runnable who wants a mutex that is held.
[[gnu::always_inline]] inline void Engine::take(MutexState& mutex) noexcept {
  mutex.wanting.remove(running_->id);
  mutex.is_held = true;
  mutex.owner = running_->id;
  if (mutex.word != nullptr) *mutex.word = 1;
  runnable_ -= mutex.wanting;
  ++running_->locks_held;
  happens_before_acquire(&mutex);
}

[[gnu::always_inline]] inline void Engine::give(MutexState& mutex) noexcept {
  happens_before_release(&mutex);
  mutex.is_held = false;
  if (mutex.word != nullptr) *mutex.word = 0;
  runnable_ |= mutex.wanting;
  --running_->locks_held;
}

void Engine::lock(MutexState& mutex) {
  if (aborting_) return static_cast<void>(stop_here());
  const TaskSet self(running_->id);
  mutex.wanting |= self;
  running_->wants_mutex = &mutex;
  if (mutex.is_held) runnable_ -= self;
  if (reach({IntentKind::lock, id_of(mutex)})) take(mutex);
}

bool Engine::try_lock(MutexState& mutex) {
  if (!reach({IntentKind::try_lock, id_of(mutex)}) || mutex.is_held) return false;
  take(mutex);
  return true;
}

bool Engine::lock_until(MutexState& mutex, Instant deadline) {
  const Intent intent{IntentKind::lock, id_of(mutex)};
  running_->wants_mutex = &mutex;
  if (!reach_gate(mutex, intent, !mutex.is_held, deadline, false)) return false;
  notes_ |= step_note::everything;  // It may not have found the mutex free.
  if (mutex.is_held) return false;
  take(mutex);
  return true;
}

void Engine::unlock(MutexState& mutex) noexcept {
  if (!reach_noexcept({IntentKind::unlock, id_of(mutex)})) return;
  if (!mutex.is_held || mutex.owner != running_->id) {
    end(Ending::crashed, "task " + std::to_string(static_cast<unsigned>(running_->id)) +
                             " unlocks mutex #" + std::to_string(mutex.id) +
                             ", which it does not hold");
    return leave_to_driver();
  }
  give(mutex);
}

// ---- Condition variables
// -----------------------------------------------------------------------------

bool Engine::wait(WaitState& condition, MutexState& mutex, Instant deadline) {
  if (!reach({IntentKind::wait, id_of(condition)})) {
    abandon_running();  // A destructor that waits while unwinding would wait for ever.
  }
  Task& self = *running_;
  give(mutex);
  mutex_given_ = mutex.id;
  self.retakes = &mutex;
  if (deadline != Instant::max()) notes_ |= step_note::reads_clock;
  if (deadline <= now_) {
    runnable_.remove(self.id);
    wake(self, true);
  } else {
    condition.waiting.add(self.id);
    self.waits_on = &condition;
    sleeping_.add(self.id);
    block(deadline);
    // Nobody is woken for no reason when nobody else can run: so every step matters.
    if (spurious_wakeups_left_ > 0) notes_ |= step_note::everything;
    if (listener_ != nullptr) listener_->on_parked(self.id);
  }
  go_on();
  if (aborting_) {
    stop_here();
    return false;
  }
  take(mutex);
  return self.timed_out;
}

void Engine::notify_one(WaitState& condition) noexcept {
  if (!reach_noexcept({IntentKind::notify_one, id_of(condition)})) return;
  unpark(condition, false);
}

void Engine::notify_all(WaitState& condition) noexcept {
  if (!reach_noexcept({IntentKind::notify_all, id_of(condition)})) return;
  unpark(condition, true);
}

void Engine::unpark(WaitState& condition, bool all) noexcept {
  TaskSet chosen = condition.waiting;
  if (chosen.is_empty()) return;
  notes_ |= step_note::wakes;
  if (!all && !chosen.has_one()) {
    const std::uint32_t answer =
        ask({.kind = ChoiceKind::waiter, .options = chosen.count(), .sleepers = chosen});
    if (ended_) return leave_to_driver();
    chosen = TaskSet(chosen.nth(answer));
  }
  for (const TaskId id : chosen)
    wake(tasks_[index_of(id)], false);
}

// ---- Waiting on an atomic
// ----------------------------------------------------------------------------

bool Engine::park_until(WaitState& atomic, Instant deadline) {
  if (aborting_) abandon_running();
  atomic.waiting.add(running_->id);
  running_->waits_on = &atomic;
  running_->retakes = nullptr;
  Task& self = *running_;
  block(deadline);
  if (listener_ != nullptr) listener_->on_parked(running_->id);
  go_on();
  if (aborting_) stop_here();
  return self.timed_out;
}

}  // namespace poolproof::sim
