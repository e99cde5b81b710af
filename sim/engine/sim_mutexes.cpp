#include <poolproof/sim/engine/sim_mutexes.h>

#include <string>

namespace poolproof::sim {

bool OwnedMutexState::may_own() const noexcept {
  if (sharers_ != 0) return false;
  return depth_ == 0 || (is_recursive_ && owner_ == Engine::current().running());
}

void OwnedMutexState::own() noexcept {
  if (depth_++ != 0) return;
  owner_ = Engine::current().running();
  Engine::current().count_lock();
  happens_before_acquire(&state_);
}

void OwnedMutexState::share() noexcept {
  ++sharers_;
  Engine::current().count_lock();
  happens_before_acquire(&state_);
}

// The first look is a step of its own: whoever finds the mutex taken has asked for it by then.
template <class Can>
bool OwnedMutexState::wait(IntentKind kind, Instant deadline, Can can) {
  Engine& engine = Engine::current();
  if (!engine.touch(state_, kind)) return false;
  if (can()) return true;
  if (deadline == Instant::min()) return false;
  if (deadline != Instant::max() && deadline <= engine.read_clock()) return false;
  for (;;) {
    engine.stop_before_next(state_, deadline);
    if (!engine.touch(state_, kind)) return false;
    if (can()) return true;
    if (engine.has_timed_out()) return false;
  }
}

bool OwnedMutexState::lock(Instant deadline) {
  if (!wait(IntentKind::owner_lock, deadline, [this] { return may_own(); })) return false;
  own();
  return true;
}

bool OwnedMutexState::try_lock() {
  return lock(Instant::min());
}

void OwnedMutexState::unlock() noexcept {
  Engine& engine = Engine::current();
  if (!engine.touch_noexcept(state_, IntentKind::owner_unlock)) return;
  if (depth_ == 0 || owner_ != engine.running()) return refuse_unlock("unlock");
  if (--depth_ != 0) return;
  happens_before_release(&state_);
  engine.uncount_lock();
  engine.unpark(state_, true);
}

void OwnedMutexState::refuse_unlock(std::string_view call) noexcept {
  Engine& engine = Engine::current();
  engine.fail_noexcept("task " + std::to_string(static_cast<unsigned>(engine.running())) +
                       " calls " + std::string(call) + " of mutex #" + std::to_string(state_.id) +
                       ", which it does not hold");
}

bool OwnedMutexState::lock_shared(Instant deadline) {
  if (!wait(IntentKind::sharer_lock, deadline, [this] { return may_share(); })) return false;
  share();
  return true;
}

bool OwnedMutexState::try_lock_shared() {
  return lock_shared(Instant::min());
}

void OwnedMutexState::unlock_shared() noexcept {
  Engine& engine = Engine::current();
  if (!engine.touch_noexcept(state_, IntentKind::owner_unlock)) return;
  if (sharers_ == 0) return refuse_unlock("unlock_shared");
  happens_before_release(&state_);
  engine.uncount_lock();
  if (--sharers_ == 0) engine.unpark(state_, true);
}

}  // namespace poolproof::sim
