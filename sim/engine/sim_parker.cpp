#include <poolproof/sim/engine/sim_parker.h>

#include <utility>

#include <poolproof/sim/engine/watch.h>

namespace poolproof::sim {

// What is waiting to be heard is the engine's to order, as an atomic's value is.
__attribute__((no_sanitize("thread"))) Call SimParker::park_until(SimClock&, Instant deadline) {
  Engine& engine = Engine::current();
  const bool is_going_on = engine.touch(state_, IntentKind::park);
  const bool must_sleep =
      call_ == Call::none && (deadline == Instant::max() || engine.read_clock() < deadline);
  if (!is_going_on || must_sleep) engine.park_until(state_, deadline);
  happens_before_acquire(&state_);
  return std::exchange(call_, Call::none);
}

__attribute__((no_sanitize("thread"))) void SimParker::unpark(Call call) noexcept {
  Engine& engine = Engine::current();
  if (!engine.touch_noexcept(state_, IntentKind::unpark)) return;
  happens_before_release(&state_);
  if (call_ != Call::leave) call_ = call;
  engine.unpark(state_, false);
}

}  // namespace poolproof::sim
