#include <poolproof/sim/scenario/starvation.h>

#include <algorithm>
#include <cstddef>

namespace poolproof::sim {
namespace {

/// The most that a client holds while it waits for as long as it takes; 0 when it never does.
std::size_t held_while_waiting(const ClientScript& client, Duration acquire_timeout) {
  std::size_t held = 0;
  std::size_t most = 0;
  for (std::uint32_t round = 0; round < std::min(client.repeat, 9U); ++round) {
    for (const Step& step : client.steps) {
      using Kind = Step::Kind;
      const Duration timeout = step.has_duration ? step.duration : acquire_timeout;
      // A transaction takes a connection of its own.
      const bool waits = step.kind == Kind::acquire ||
                         (step.kind == Kind::transact && acquire_timeout == Duration::max());
      if (waits && timeout == Duration::max()) most = std::max(most, held);
      if (step.kind == Kind::acquire || step.kind == Kind::try_acquire) ++held;
      if (step.kind == Kind::release && held > 0) --held;
    }
  }
  return most;
}

bool drains_its_own(const ClientScript& client) {
  std::size_t held = 0;
  for (const Step& step : client.steps) {
    using Kind = Step::Kind;
    if (step.kind == Kind::acquire || step.kind == Kind::try_acquire) ++held;
    if (step.kind == Kind::release && held > 0) --held;
    if (step.kind == Kind::drain && step.duration == Duration::max() && held > 0) return true;
  }
  return false;
}

std::size_t smallest_size(const Scenario& scenario) {
  std::size_t size = scenario.pool.max_size;
  for (const ClientScript& client : scenario.clients)
    for (const Step& step : client.steps)
      if (step.kind == Step::Kind::resize) size = std::min<std::size_t>(size, step.max_size);
  return size;
}

}  // namespace

bool may_starve(const Scenario& scenario) {
  std::size_t held = 0;
  for (const ClientScript& client : scenario.clients) {
    held += client.count * held_while_waiting(client, scenario.pool.acquire_timeout);
    if (drains_its_own(client)) return true;
  }
  return held >= smallest_size(scenario);
}

}  // namespace poolproof::sim
