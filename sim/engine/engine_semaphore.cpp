// What a semaphore does, and what sim/engine/sim_mutexes.h is built of. The other primitives are
// engine_primitives.cpp.

#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim {

void Engine::claim(SemaphoreState& semaphore) noexcept {
  semaphore.wanting &= ~bit(running_->id);
  if (--semaphore.permits == 0) runnable_ &= ~semaphore.wanting;
  happens_before_acquire(&semaphore);
}

bool Engine::wait_for_permit(SemaphoreState& semaphore, Instant deadline) {
  if (aborting_) return stop_here();
  const TaskMask self = bit(running_->id);
  running_->timed_out = false;
  if (deadline > read_clock()) {
    semaphore.wanting |= self;
    running_->wants = &semaphore;
    // Others may take the permits first, and the deadline holds then, too.
    block(deadline);
    if (semaphore.permits > 0)
      runnable_ |= self;
    else if (listener_ != nullptr)
      listener_->on_parked(running_->id);
  }
  const bool is_chosen = touch(semaphore, IntentKind::semaphore_acquire);
  if ((timed_ & self) != 0) notes_ |= step_note::clears_timer;
  timed_ &= ~self;
  semaphore.wanting &= ~self;
  running_->wants = nullptr;
  if (!is_chosen || semaphore.permits == 0) return false;
  claim(semaphore);
  return true;
}

void Engine::acquire(SemaphoreState& semaphore) {
  wait_for_permit(semaphore, Instant::max());
}

bool Engine::acquire_until(SemaphoreState& semaphore, Instant deadline) {
  return wait_for_permit(semaphore, deadline);
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
  if (semaphore.permits > 0) runnable_ |= semaphore.wanting;
}

// ---- Other primitives
// ------------------------------------------------------------------------------------

void Engine::stop_before_next(WaitState& object, Instant deadline) {
  if (aborting_) return static_cast<void>(stop_here());
  object.waiting |= bit(running_->id);
  running_->waits_on = &object;
  running_->retakes = nullptr;
  block(deadline);
}

}  // namespace poolproof::sim
