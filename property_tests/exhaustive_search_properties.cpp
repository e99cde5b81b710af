// What a random walk finds in a small scenario, the exhaustive search has seen: up to the order of
// steps that do not depend on each other, which is what each task did and was told.
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/metamorphic.h>
#include <poolproof/sim/explore/exploration.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/subjects/seen_by_each.h>

namespace poolproof::property_tests {
namespace {

constexpr std::uint32_t executions_max = 1'500;
constexpr std::uint32_t walks = 20;

/// Two clients of two steps, nothing that goes on for long.
const Theme small_theme{.has_faults = false,
                        .has_bad_alloc = false,
                        .has_ages = false,
                        .has_maintenance = false,
                        .has_wakeups = false,
                        .clients_max = 2,
                        .steps_max = 2};

/// Empty when there are too many to wait for.
std::set<std::string> all_ways(const sim::Scenario& scenario) {
  sim::Simulation simulation(pool_under_test(), scenario, sim::Depth::record);
  sim::Exploration exploration({.reduces = true, .preemptions = {}});
  simulation.set_step_listener(&exploration);
  std::set<std::string> ways;
  for (std::uint32_t i = 0; i < executions_max; ++i) {
    exploration.begin(i);
    const sim::ExecutionResult& result = simulation.run(exploration);
    count_judged(simulation.history());
    ways.insert(subjects::seen_by_each(simulation.history()));
    if (!exploration.next(result)) return ways;
  }
  return {};
}

RC_GTEST_PROP(ExhaustiveSearch, SeesWhateverARandomWalkFinds, ()) {
  const Trial trial = *trials(small_theme);
  const std::set<std::string> ways = all_ways(trial.scenario);
  RC_PRE(!ways.empty());
  sim::Simulation simulation(pool_under_test(), trial.scenario, sim::Depth::record);
  sim::RandomWalk walk(trial.seed);
  for (std::uint32_t i = 0; i < walks; ++i) {
    walk.begin(i);
    simulation.run(walk);
    RC_ASSERT(ways.contains(subjects::seen_by_each(simulation.history())));
  }
}

}  // namespace
}  // namespace poolproof::property_tests
