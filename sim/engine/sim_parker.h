#pragma once
// Parker (core/parker.h) for code that runs inside an Engine: parking and calling are scheduling
// points, and deadlines are instants of the virtual clock.

#include <poolproof/core/parker.h>
#include <poolproof/sim/engine/sim_clock.h>

namespace poolproof::sim {

class SimParker {
 public:
  SimParker() noexcept = default;
  SimParker(const SimParker&) = delete;
  SimParker& operator=(const SimParker&) = delete;

  Call park_until(SimClock& clock, Instant deadline);
  void unpark(Call call) noexcept;
  static bool can_be_called() noexcept { return !Engine::current().is_aborting(); }

 private:
  Call call_ = Call::none;
  WaitState state_;
};

}  // namespace poolproof::sim
