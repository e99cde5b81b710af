#include <poolproof/sim/engine/sim_latch.h>

#include <string>

namespace poolproof::sim {

void SimLatch::count_down(std::ptrdiff_t by) {
  Engine& engine = Engine::current();
  if (!engine.touch(state_, IntentKind::count_down)) return;
  if (by < 0 || by > left_) {
    return engine.fail("latch #" + std::to_string(state_.id) + " stands at " +
                       std::to_string(left_) + " and is counted down by " + std::to_string(by));
  }
  happens_before_release(&state_);
  left_ -= by;
  if (left_ == 0) engine.unpark(state_, true);
}

bool SimLatch::try_wait() const noexcept {
  if (!Engine::current().touch_noexcept(state_, IntentKind::latch_wait) || left_ != 0)
    return false;
  happens_before_acquire(&state_);
  return true;
}

void SimLatch::wait() const {
  Engine& engine = Engine::current();
  if (!engine.touch(state_, IntentKind::latch_wait)) return;
  if (left_ != 0) engine.park(state_);
  happens_before_acquire(&state_);
}

bool BarrierPhases::arrive(std::ptrdiff_t by, std::ptrdiff_t drops) {
  Engine& engine = Engine::current();
  if (!engine.touch(state_, IntentKind::arrive)) return false;
  if (by < 1 || by > left_) {
    engine.fail("barrier #" + std::to_string(state_.id) + " expects " + std::to_string(left_) +
                " more, and " + std::to_string(by) + " arrive");
    return false;
  }
  happens_before_release(&state_);
  expected_ -= drops;
  left_ -= by;
  if (left_ != 0) return false;
  happens_before_acquire(&state_);
  return true;
}

void BarrierPhases::complete() noexcept {
  Engine& engine = Engine::current();
  if (engine.is_aborting()) return;
  happens_before_release(&state_);
  left_ = expected_;
  ++phase_;
  engine.unpark(state_, true);
}

void BarrierPhases::wait(Phase phase) const {
  Engine& engine = Engine::current();
  if (!engine.touch(state_, IntentKind::barrier_wait)) return;
  if (phase_ == phase) engine.park(state_);
  happens_before_acquire(&state_);
}

bool SimOnceFlag::begin() {
  Engine& engine = Engine::current();
  if (!engine.touch(state_, IntentKind::once)) return false;
  while (is_ == State::under_way) {
    engine.stop_before_next(state_, Instant::max());
    if (!engine.touch(state_, IntentKind::once)) return false;
  }
  happens_before_acquire(&state_);
  if (is_ == State::done) return false;
  is_ = State::under_way;
  return true;
}

void SimOnceFlag::end(bool is_done) noexcept {
  Engine& engine = Engine::current();
  if (!engine.touch_noexcept(state_, IntentKind::once)) return;
  happens_before_release(&state_);
  is_ = is_done ? State::done : State::untouched;
  engine.unpark(state_, true);
}

}  // namespace poolproof::sim
