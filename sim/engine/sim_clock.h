#pragma once
// The virtual clock: it belongs to the engine, whose choices move it.

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim {

/// The time of the execution that runs on this OS thread; the epoch is its start.
class SimClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const noexcept override { return Engine::current().read_clock(); }
  void sleep_until(Instant instant) override { Engine::current().sleep_until(instant); }
};

}  // namespace poolproof::sim
