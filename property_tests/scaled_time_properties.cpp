// Time has no scale: with all durations multiplied by k, the same choices give the same history,
// with all instants multiplied by k.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/metamorphic.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/replay.h>
#include <poolproof/sim/judge/history_json.h>

namespace poolproof::property_tests {
namespace {

void scale(Duration& duration, int k) {
  if (duration != Duration::max()) duration *= k;
}

/// The jitter of a lifetime is a whole number of its 10,240th parts.
constexpr int jitter_parts = 10'240;

void scale(PoolConfig& config, int k) {
  for (Duration PoolConfig::*const knob :
       {&PoolConfig::acquire_timeout, &PoolConfig::idle_timeout, &PoolConfig::max_lifetime,
        &PoolConfig::health_check_interval, &PoolConfig::validate_after_idle,
        &PoolConfig::validation_timeout, &PoolConfig::connect_backoff,
        &PoolConfig::connect_backoff_max, &PoolConfig::leak_threshold}) {
    scale(config.*knob, k);
  }
}

void scale(sim::Scenario& scenario, int k) {
  scale(scenario.pool, k);
  for (sim::ClientScript& client : scenario.clients)
    for (sim::Step& step : client.steps)
      scale(step.duration, k);
  for (mocks::Fault& fault : scenario.faults.faults)
    scale(fault.duration, k);
  for (auto* instants : {&scenario.faults.restarts, &scenario.faults.demotions})
    for (Duration& instant : *instants)
      scale(instant, k);
  for (mocks::Death& death : scenario.faults.deaths)
    scale(death.at, k);
}

void scale(sim::History& history, int k) {
  scale(history.config, k);
  for (sim::Event& event : history.events) {
    event.at = Instant(event.at.time_since_epoch() * k);
    scale(event.timeout, k);
  }
  for (sim::Refusal& refusal : history.refusals) {
    scale(refusal.waited, k);
    scale(refusal.oldest_lease_age, k);
  }
}

/// Of a call whose time is up already, a nanosecond is left, and not k of them.
void forget_what_is_up(sim::History& history, int k) {
  for (sim::Event& event : history.events)
    if (event.kind == sim::EventKind::client_begin && event.timeout <= Duration(k))
      event.timeout = {};
}

RC_GTEST_PROP(ScaledTime, ScalesTheHistoryAndNothingElse, ()) {
  Trial trial = *trials();
  const auto k = *rc::gen::inRange(2, 50);
  trial.scenario.pool.max_lifetime -= trial.scenario.pool.max_lifetime % jitter_parts;
  // The chance in a pause is a number of nanoseconds, whatever the pause is.
  trial.scenario.pool.connect_backoff = trial.scenario.pool.connect_backoff_max = {};
  sim::Simulation simulation(pool_under_test(), trial.scenario);
  sim::RandomWalk walk(trial.seed);
  walk.begin(0);
  simulation.run(walk);
  sim::Scenario scaled = trial.scenario;
  scale(scaled, k);
  sim::Replay replay(simulation.schedule());

  sim::History found = run(scaled, replay);

  sim::History expected = simulation.history();
  scale(expected, k);
  forget_what_is_up(found, k);
  forget_what_is_up(expected, k);
  RC_ASSERT(replay.refusal() == "");
  RC_ASSERT(print(found) == print(expected));
}

}  // namespace
}  // namespace poolproof::property_tests
