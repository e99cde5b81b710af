// What keeps a drawn scenario from asking for what no pool can do within an execution.
#include <algorithm>
#include <chrono>

#include <poolproof/sim/scenario/draw.h>
#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

constexpr Duration unbounded = Duration::max();

using namespace std::chrono_literals;

void bound(Duration& duration) {
  if (duration == unbounded) duration = 5ms;
}

Duration longest(const Scenario& scenario) {
  Duration most = scenario.pool.acquire_timeout == unbounded ? 0ns : scenario.pool.acquire_timeout;
  const auto see = [&](Duration duration) {
    if (duration != unbounded) most = std::max(most, duration);
  };
  for (const ClientScript& client : scenario.clients) {
    for (const Step& step : client.steps)
      see(step.kind == Step::Kind::transact ? std::max<Duration>(step.duration, thinking_time)
                                            : step.duration);
  }
  for (const mocks::Fault& fault : scenario.faults.faults)
    see(fault.duration);
  if (may_refuse_connects(scenario)) see(scenario.pool.connect_backoff_max);
  return most;
}

bool waits_for_connection(const Step& step) {
  return step.kind == Step::Kind::acquire || step.kind == Step::Kind::transact;
}

/// So many pauses that whoever waits through all of them has not yet taken all of an execution's
/// steps.
constexpr int pauses_max = 40;
/// So long that all waits of a scenario one after the other still end before time does.
constexpr Duration wait_max = 365 * 24h;

}  // namespace

void make_passable(Scenario& scenario) {
  if (may_starve(scenario)) {
    bound(scenario.pool.acquire_timeout);
    for (ClientScript& client : scenario.clients)
      for (Step& step : client.steps)
        bound(step.duration);
  }
  const Duration pause = scenario.pool.connect_backoff_max;
  if (may_refuse_connects(scenario) && pause > 0ns) {
    const Duration most = pause < wait_max / pauses_max ? pause * pauses_max : wait_max;
    const auto shorten = [most](Duration& wait) { wait = std::min(wait, most); };
    shorten(scenario.pool.acquire_timeout);
    for (ClientScript& client : scenario.clients) {
      for (Step& step : client.steps)
        if (waits_for_connection(step)) shorten(step.duration);
    }
  }
  Duration& interval = scenario.pool.health_check_interval;
  if (scenario.maintenance && interval != Duration::zero())
    interval = std::max(interval, longest(scenario));
}

}  // namespace poolproof::sim
