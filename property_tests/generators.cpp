#include <poolproof/property_tests/generators.h>

#include <algorithm>
#include <ostream>
#include <utility>

#include <poolproof/sim/explore/shrink_scenario.h>
#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::property_tests {
namespace {

using namespace std::chrono_literals;
using sim::ClientScript;
using sim::Scenario;
using sim::Step;
using Kind = Step::Kind;

constexpr Duration forever = Duration::max();
constexpr std::uint32_t held_max = 2;  // a script's leases at once; times repeat_max below 8
constexpr std::uint32_t repeat_max = 3;

template <class Number>
Number up_to(Number max) {
  return *rc::gen::inRange<Number>(0, static_cast<Number>(max + 1));
}

bool happens(std::uint32_t numerator, std::uint32_t denominator) {
  return up_to(denominator - 1) < numerator;
}

/// An expiry: off as often as not, so that the others are seen alone.
Duration expiry(bool may_be_on) {
  return may_be_on && happens(1, 2) ? *durations() : Duration::zero();
}

PoolConfig draw_config(const Theme& theme) {
  PoolConfig config;
  config.max_size = 1 + up_to<std::size_t>(3);
  config.min_size = happens(1, 2) ? 0 : up_to(config.max_size);
  config.acquire_timeout = *timeouts();
  config.idle_timeout = expiry(theme.has_ages);
  config.max_lifetime = expiry(theme.has_ages);
  config.health_check_interval = expiry(true);
  config.validate_after_idle = expiry(theme.has_ages);
  config.leak_threshold = expiry(theme.has_ages);
  config.reset_on_return = happens(2, 3);
  config.validation_timeout = *timeouts();
  config.connect_backoff = expiry(true);
  config.connect_backoff_max = config.connect_backoff * (1 + up_to(7));
  config.wait_when_refused = happens(3, 4);
  config.seed = *rc::gen::arbitrary<std::uint64_t>();
  return config;
}

mocks::Selector draw_selector() {
  using SelectorKind = mocks::Selector::Kind;
  const std::uint32_t n = 1 + up_to(3U);
  switch (up_to(3)) {
    case 0:
      return {};
    case 1:
      return {.kind = SelectorKind::nth, .n = n};
    case 2:
      return {.kind = SelectorKind::from, .n = n};
    default:
      return {.kind = SelectorKind::by_chance, .n = 1, .denominator = n + 1};
  }
}

mocks::Fault draw_fault() {
  using Effect = mocks::Fault::Effect;
  mocks::Fault fault{.call = static_cast<mocks::ClientCall>(1 + up_to(4)),
                     .selector = draw_selector(),
                     .effect = static_cast<Effect>(up_to(4))};
  const bool may_fail = fault.call != mocks::ClientCall::close;
  const bool fails = fault.effect == Effect::fails || fault.effect == Effect::throws;
  if (fails && !may_fail) fault.effect = Effect::takes;
  if (!fails || !may_fail) fault.duration = *durations();
  return fault;
}

mocks::FaultPlan draw_plan(const Theme& theme) {
  mocks::FaultPlan plan;
  if (theme.has_faults) {
    for (std::uint32_t n = happens(1, 2) ? 0 : 1 + up_to(2U); n > 0; --n)
      plan.faults.push_back(draw_fault());
    if (happens(1, 8)) plan.restarts.push_back(*durations());
    if (happens(1, 8)) plan.demotions.push_back(*durations());
    if (happens(1, 4)) plan.deaths.push_back({1 + up_to(3U), *durations(), happens(1, 2)});
  }
  if (theme.has_bad_alloc && happens(1, 8)) plan.failing_allocation = 1 + up_to(12U);
  return plan;
}

/// Every kind but destroy, which must come last. Closing is rare: not much happens after it.
Kind draw_kind(const Theme& theme) {
  if (!theme.often.empty() && (!theme.has_others || happens(1, 2)))
    return *rc::gen::elementOf(theme.often);
  const Kind kind = *rc::gen::weightedElement<Kind>({{24, Kind::acquire},
                                                     {8, Kind::try_acquire},
                                                     {24, Kind::release},
                                                     {6, Kind::execute},
                                                     {6, Kind::invalidate},
                                                     {2, Kind::release_again},
                                                     {2, Kind::use_ended},
                                                     {8, Kind::sleep},
                                                     {4, Kind::ensure_min_size},
                                                     {6, Kind::health_check},
                                                     {4, Kind::metrics},
                                                     {4, Kind::resize},
                                                     {4, Kind::evict_all},
                                                     {6, Kind::cancel},
                                                     {1, Kind::close},
                                                     {1, Kind::drain}});
  const bool is_shutdown = kind == Kind::close || kind == Kind::drain;
  const bool is_out =
      (is_shutdown && !theme.has_shutdown) || (kind == Kind::resize && !theme.has_resize);
  return is_out ? Kind::acquire : kind;
}

Step draw_step(Kind kind) {
  Step step{.kind = kind};
  if (kind == Kind::acquire && happens(2, 3)) {
    step.has_duration = true;
    step.duration = *timeouts();
  }
  if (kind == Kind::cancel) step.which = 1 + up_to(1U);
  if (kind == Kind::drain) step.duration = *timeouts();
  if (kind == Kind::sleep) step.duration = *durations();
  if (kind == Kind::resize) {
    step.max_size = 1 + up_to(4U);
    step.min_size = happens(1, 2) ? 0 : up_to(step.max_size);
  }
  return step;
}

ClientScript draw_client(const Theme& theme, std::uint32_t steps_max) {
  ClientScript client;
  client.repeat = happens(2, 3) ? 1 : 1 + up_to(repeat_max - 1);
  std::uint32_t held = 0;
  for (std::uint32_t n = 1 + up_to(steps_max - 1); n > 0; --n) {
    Kind kind = draw_kind(theme);
    const bool takes = kind == Kind::acquire || kind == Kind::try_acquire;
    if (takes && held == held_max) kind = Kind::release;
    if (takes && held < held_max) ++held;
    if (kind == Kind::release && held > 0) --held;
    client.steps.push_back(draw_step(kind));
  }
  return client;
}

/// After a pool is destroyed only leases are left to be used, and nobody else may be there.
void add_destroy(ClientScript& client) {
  client.count = client.repeat = 1;
  client.steps.push_back({.kind = Kind::destroy});
  for (std::uint32_t n = up_to(2U); n > 0; --n) {
    client.steps.push_back(
        {.kind = *rc::gen::element(Kind::execute, Kind::release, Kind::use_ended)});
  }
}

Scenario draw_scenario(const Theme& theme, int size) {
  Scenario scenario;
  scenario.name = "generated";
  scenario.pool = draw_config(theme);
  scenario.faults = draw_plan(theme);
  scenario.time = happens(3, 4) ? sim::TimeMode::racing : sim::TimeMode::patient;
  if (theme.has_wakeups) scenario.spurious_wakeups = happens(1, 2) ? 0 : up_to(3U);
  scenario.prefill = theme.has_maintenance && happens(1, 3);
  scenario.maintenance = theme.has_maintenance && happens(1, 4);
  const std::uint32_t grown = 2 + static_cast<std::uint32_t>(size) / 8;  // small cases come first
  const std::uint32_t clients = 1 + up_to(theme.clients_max - 1);
  for (std::uint32_t i = 0; i < clients; ++i)
    scenario.clients.push_back(draw_client(theme, std::min(theme.steps_max, grown)));
  if (clients == 1 && theme.has_shutdown && happens(1, 3)) add_destroy(scenario.clients.front());
  make_passable(scenario);
  return scenario;
}

void limit(Duration& duration) {
  if (duration == forever) duration = 5ms;
}

Duration longest(const Scenario& scenario) {
  Duration most = scenario.pool.acquire_timeout == forever ? 0ns : scenario.pool.acquire_timeout;
  const auto see = [&](Duration duration) {
    if (duration != forever) most = std::max(most, duration);
  };
  for (const ClientScript& client : scenario.clients)
    for (const Step& step : client.steps)
      see(step.duration);
  for (const mocks::Fault& fault : scenario.faults.faults)
    see(fault.duration);
  return most;
}

/// What sim/explore/shrink_scenario.h would cut, pass after pass, the biggest cuts first.
rc::Seq<Scenario> cuts_of(const Scenario& scenario) {
  const auto passes = sim::scenario_passes();
  return rc::seq::mapcat(
      rc::seq::fromContainer(std::vector<sim::ScenarioPass>(passes.begin(), passes.end())),
      [scenario](sim::ScenarioPass pass) {
        std::vector<Scenario> cuts;
        for (sim::ScenarioCut& cut : pass(scenario)) {
          make_passable(cut.scenario);
          if (!(cut.scenario == scenario)) cuts.push_back(std::move(cut.scenario));
        }
        return rc::seq::fromContainer(std::move(cuts));
      });
}

}  // namespace

void showValue(const Trial& trial, std::ostream& out) {
  out << "schedules from seed " << trial.seed << " of\n" << sim::to_toml(trial.scenario);
}

rc::Gen<Duration> durations() {
  return rc::gen::exec([] {
    switch (up_to(9)) {
      case 0:
        return *rc::gen::element<Duration>(1ns, 1us, 1s, 1min, 1h, 30 * 24h);
      case 1:
        return Duration(*rc::gen::inRange<std::int64_t>(1, 20'000'000));
      default:
        return Duration(std::chrono::milliseconds(1 + up_to(9)));
    }
  });
}

rc::Gen<Duration> timeouts() {
  return rc::gen::weightedOneOf<Duration>(
      {{8, durations()}, {1, rc::gen::just(Duration::zero())}, {1, rc::gen::just(forever)}});
}

rc::Gen<PoolConfig> pool_configs(const Theme& theme) {
  return rc::gen::exec([theme] { return draw_config(theme); });
}

rc::Gen<mocks::FaultPlan> fault_plans(const Theme& theme) {
  return rc::gen::exec([theme] { return draw_plan(theme); });
}

rc::Gen<Scenario> scenarios(const Theme& theme) {
  const auto drawn = rc::gen::withSize([theme](int size) {
    return rc::gen::exec([theme, size] { return draw_scenario(theme, size); });
  });
  return rc::gen::shrink(rc::gen::noShrink(drawn), &cuts_of);
}

rc::Gen<Trial> trials(const Theme& theme) {
  const auto seeds = rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
  return rc::gen::apply(
      [](Scenario scenario, std::uint64_t seed) {
        return Trial{std::move(scenario), seed};
      },
      scenarios(theme), seeds);
}

void make_passable(Scenario& scenario) {
  if (sim::may_starve(scenario)) {
    limit(scenario.pool.acquire_timeout);
    for (ClientScript& client : scenario.clients)
      for (Step& step : client.steps)
        limit(step.duration);
  }
  Duration& interval = scenario.pool.health_check_interval;
  if (scenario.maintenance && interval != Duration::zero())
    interval = std::max({interval, longest(scenario), scenario.pool.connect_backoff_max});
}

}  // namespace poolproof::property_tests
