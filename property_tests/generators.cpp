#include <poolproof/property_tests/generators.h>

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include <poolproof/sim/explore/shrink_scenario.h>

namespace poolproof::property_tests {
namespace {

using sim::Scenario;
using sim::ScenarioDraw;

/// What `draw` makes of a seed. A smaller seed is no smaller case, so it does not shrink.
template <class Draw>
auto drawn(const Theme& theme, Draw draw) {
  return rc::gen::map(rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()),
                      [theme, draw](std::uint64_t seed) {
                        ScenarioDraw draws(Rng(seed), theme);
                        return draw(draws);
                      });
}

/// What sim/explore/shrink_scenario.h would cut, pass after pass, the biggest cuts first.
rc::Seq<Scenario> cuts_of(const Scenario& scenario) {
  const auto passes = sim::scenario_passes();
  return rc::seq::mapcat(
      rc::seq::fromContainer(std::vector<sim::ScenarioPass>(passes.begin(), passes.end())),
      [scenario](sim::ScenarioPass pass) {
        std::vector<Scenario> cuts;
        for (sim::ScenarioCut& cut : pass(scenario)) {
          sim::make_passable(cut.scenario);
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
  return drawn({}, [](ScenarioDraw& draw) { return draw.duration(); });
}

rc::Gen<Duration> timeouts() {
  return drawn({}, [](ScenarioDraw& draw) { return draw.timeout(); });
}

rc::Gen<PoolConfig> pool_configs(const Theme& theme) {
  return drawn(theme, [](ScenarioDraw& draw) { return draw.config(); });
}

rc::Gen<mocks::FaultPlan> fault_plans(const Theme& theme) {
  return drawn(theme, [](ScenarioDraw& draw) { return draw.plan(); });
}

rc::Gen<Scenario> scenarios(const Theme& theme) {
  const auto of_any_size = rc::gen::withSize([theme](int size) {
    Theme grown = theme;  // Small cases come first.
    grown.steps_max = std::min(theme.steps_max, 2 + static_cast<std::uint32_t>(size) / 8);
    return drawn(grown, [](ScenarioDraw& draw) { return draw.scenario("generated"); });
  });
  return rc::gen::shrink(rc::gen::noShrink(of_any_size), &cuts_of);
}

rc::Gen<Trial> trials(const Theme& theme) {
  const auto seeds = rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>());
  return rc::gen::apply(
      [](Scenario scenario, std::uint64_t seed) {
        return Trial{std::move(scenario), seed};
      },
      scenarios(theme), seeds);
}

}  // namespace poolproof::property_tests
