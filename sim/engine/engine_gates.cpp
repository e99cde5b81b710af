// What passes one task at a time, or some: semaphores, mutexes with deadlines, shared mutexes. The
// primitives that are used most are engine_primitives.cpp.

#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim {

// Declares `intent`; to be chosen means that the gate is open or that the deadline has come.
// Returns false when the execution is being unwound.
bool Engine::reach_gate(Gate& gate, Intent intent, bool is_open, Instant deadline, bool is_sleep) {
  if (aborting_) return stop_here();
  const TaskSet self(running_->id);
  running_->timed_out = false;
  if (deadline > read_clock()) {
    gate.wanting |= self;
    running_->wants = &gate;
    intents_[static_cast<std::size_t>(running_->id)] = intent;
    // Others may pass first, and the deadline holds then, too.
    block(deadline);
    if (is_open)
      runnable_ |= self;
    else if (is_sleep && listener_ != nullptr)
      listener_->on_parked(running_->id);
  }
  const bool is_chosen = reach(intent);
  if (timed_.has(running_->id)) notes_ |= step_note::clears_timer;
  timed_ -= self;
  gate.wanting -= self;
  running_->wants = nullptr;
  return is_chosen;
}

// ---- Semaphores

void Engine::claim(SemaphoreState& semaphore) noexcept {
  semaphore.wanting.remove(running_->id);
  if (--semaphore.permits == 0) runnable_ -= semaphore.wanting;
  if (semaphore.word != nullptr) *semaphore.word = static_cast<unsigned>(semaphore.permits);
  happens_before_acquire(&semaphore);
}

void Engine::acquire(SemaphoreState& semaphore) {
  acquire_until(semaphore, Instant::max());
}

bool Engine::acquire_until(SemaphoreState& semaphore, Instant deadline) {
  const Intent intent{IntentKind::semaphore_acquire, id_of(semaphore)};
  if (!reach_gate(semaphore, intent, semaphore.permits > 0, deadline, true)) return false;
  if (semaphore.permits == 0) return false;
  claim(semaphore);
  return true;
}

bool Engine::try_acquire(SemaphoreState& semaphore) {
  if (!touch(semaphore, IntentKind::semaphore_acquire) || semaphore.permits == 0) return false;
  claim(semaphore);
  return true;
}

void Engine::release(SemaphoreState& semaphore, std::uint64_t permits) noexcept {
  if (!touch_noexcept(semaphore, IntentKind::semaphore_release)) return;
  happens_before_release(&semaphore);
  semaphore.permits += permits;
  if (semaphore.word != nullptr) *semaphore.word = static_cast<unsigned>(semaphore.permits);
  if (semaphore.permits > 0) runnable_ |= semaphore.wanting;
}

// ---- Shared mutexes

// Whoever can pass it as it is now, can go on.
void Engine::open(SharedMutexState& mutex) noexcept {
  if (mutex.is_held) {
    runnable_ -= mutex.wanting | mutex.to_share.wanting;
    return;
  }
  runnable_ |= mutex.to_share.wanting;
  if (mutex.sharers == 0)
    runnable_ |= mutex.wanting;
  else
    runnable_ -= mutex.wanting;
}

bool Engine::lock_until(SharedMutexState& mutex, Instant deadline) {
  const Intent intent{IntentKind::lock_exclusive, id_of(mutex)};
  const bool is_free = !mutex.is_held && mutex.sharers == 0;
  if (!reach_gate(mutex, intent, is_free, deadline, false)) return false;
  if (deadline != Instant::max()) notes_ |= step_note::everything;
  if (mutex.is_held || mutex.sharers != 0) return false;
  mutex.is_held = true;
  mutex.owner = running_->id;
  if (mutex.word != nullptr) *mutex.word = 1;
  ++running_->locks_held;
  open(mutex);
  happens_before_acquire(&mutex);
  return true;
}

bool Engine::lock_shared_until(SharedMutexState& mutex, Instant deadline) {
  const Intent intent{IntentKind::lock_shared, id_of(mutex)};
  mutex.to_share.id = mutex.id;
  if (!reach_gate(mutex.to_share, intent, !mutex.is_held, deadline, false)) return false;
  if (deadline != Instant::max()) notes_ |= step_note::everything;
  if (mutex.is_held) return false;
  ++mutex.sharers;
  if (mutex.sharers_word != nullptr) *mutex.sharers_word = mutex.sharers;
  ++running_->locks_held;
  open(mutex);
  happens_before_acquire(&mutex);
  return true;
}

void Engine::unlock(SharedMutexState& mutex) noexcept {
  if (!touch_noexcept(mutex, mutex.is_held ? IntentKind::unlock : IntentKind::unlock_shared))
    return;
  if (!mutex.is_held && mutex.sharers == 0) {
    end(Ending::crashed, "task " + std::to_string(static_cast<unsigned>(running_->id)) +
                             " unlocks shared_mutex #" + std::to_string(mutex.id) +
                             ", which nobody holds");
    return leave_to_driver();
  }
  happens_before_release(&mutex);
  if (mutex.is_held) {
    mutex.is_held = false;
    if (mutex.word != nullptr) *mutex.word = 0;
  } else {
    --mutex.sharers;
    if (mutex.sharers_word != nullptr) *mutex.sharers_word = mutex.sharers;
  }
  --running_->locks_held;
  open(mutex);
}

// ---- Other primitives

void Engine::stop_before_next(WaitState& object, Instant deadline) {
  if (aborting_) return static_cast<void>(stop_here());
  object.waiting.add(running_->id);
  running_->waits_on = &object;
  running_->retakes = nullptr;
  block(deadline);
}

}  // namespace poolproof::sim
