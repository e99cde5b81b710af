#include <poolproof/sim/engine/sim_mutexes.h>

#include <string>

namespace poolproof::sim {

bool OwnedMutexState::lock(Instant deadline) {
  Engine& engine = Engine::current();
  // Nobody else can tell whether it came back.
  if (is_recursive_ && state_.is_held && state_.owner == engine.running()) {
    ++depth_;
    return true;
  }
  return engine.lock_until(state_, deadline);
}

void OwnedMutexState::unlock() noexcept {
  Engine& engine = Engine::current();
  if (engine.is_aborting()) return;
  if (!state_.is_held || state_.owner != engine.running()) return refuse_unlock("unlock");
  if (depth_ != 0) {
    --depth_;
    return;
  }
  engine.unlock(state_);
}

bool OwnedMutexState::lock_shared(Instant deadline) {
  return Engine::current().lock_shared_until(state_, deadline);
}

void OwnedMutexState::unlock_shared() noexcept {
  Engine& engine = Engine::current();
  if (engine.is_aborting()) return;
  if (state_.sharers == 0) return refuse_unlock("unlock_shared");
  engine.unlock(state_);
}

void OwnedMutexState::refuse_unlock(std::string_view call) noexcept {
  Engine& engine = Engine::current();
  engine.fail_noexcept("task " + std::to_string(static_cast<unsigned>(engine.running())) +
                       " calls " + std::string(call) + " of a mutex that it does not hold");
}

}  // namespace poolproof::sim
