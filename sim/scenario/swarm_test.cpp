#include <poolproof/sim/scenario/swarm.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

const Scenario& scenario_named(std::string_view name) {
  return *std::ranges::find(scenario_library(), name, &Scenario::name);
}

std::size_t steps_in(const Scenario& scenario) {
  std::size_t steps = 0;
  for (const ClientScript& client : scenario.clients)
    steps += client.count * client.steps.size();
  return steps;
}

TEST(Swarm, DrawsTheSameVariantForTheSameSeedAndNumber) {
  const Scenario& scenario = scenario_named("everything-at-once");

  EXPECT_EQ(swarm_variant(scenario, 5, 3), swarm_variant(scenario, 5, 3));
  EXPECT_EQ(swarm_variant(scenario, 5, 3).name, "everything-at-once~3");
  EXPECT_EQ(swarm_variant(scenario, 5, 0), scenario);
}

TEST(Swarm, DrawsOthersForAnotherSeed) {
  const Scenario& scenario = scenario_named("everything-at-once");

  EXPECT_FALSE(swarm_variant(scenario, 5, 3) == swarm_variant(scenario, 6, 3));
}

TEST(Swarm, LeavesOutOperationsAndFaultsAndAddsNone) {
  const Scenario& scenario = scenario_named("everything-at-once");
  std::set<std::size_t> faults;
  std::set<std::size_t> steps;
  for (std::uint32_t number = 1; number < 100; ++number) {
    const Scenario variant = swarm_variant(scenario, 1, number);
    faults.insert(variant.faults.faults.size());
    steps.insert(steps_in(variant));
    for (const mocks::Fault& fault : variant.faults.faults) {
      EXPECT_TRUE(std::ranges::find(scenario.faults.faults, fault) !=
                  scenario.faults.faults.end());
    }
  }

  EXPECT_EQ(faults, (std::set<std::size_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(*steps.begin(), 4U);  // two users, who acquire and release
  EXPECT_EQ(*steps.rbegin(), steps_in(scenario));
}

TEST(Swarm, LeavesAnOperationOutOfAllScriptsOrOfNone) {
  const Scenario& scenario = scenario_named("everything-at-once");
  std::set<std::ptrdiff_t> executes;
  for (std::uint32_t number = 1; number < 100; ++number) {
    const Scenario variant = swarm_variant(scenario, 1, number);
    executes.insert(
        std::ranges::count(variant.clients.front().steps, Step::Kind::execute, &Step::kind));
  }

  EXPECT_EQ(executes, (std::set<std::ptrdiff_t>{0, 1}));
}

TEST(Swarm, DrawsValidVariantsThatARightPoolCanPass) {
  for (const Scenario& scenario : scenario_library()) {
    for (std::uint32_t number = 0; number < 2 * swarm_size; ++number) {
      const Scenario variant = swarm_variant(scenario, 1, number);
      const auto read = Scenario::parse(to_toml(variant), variant.name);
      ASSERT_TRUE(read.has_value()) << read.error();
      EXPECT_EQ(*read, variant);
      EXPECT_TRUE(!may_starve(variant) || may_starve(scenario)) << to_toml(variant);
    }
  }
}

TEST(Swarm, CountsEqualVariantsOnce) {
  // Nothing can be left out but the early timers' companions: acquire and release stay.
  EXPECT_EQ(swarm_numbers(scenario_named("two-by-two"), 1), std::vector<std::uint32_t>{0});
  EXPECT_GT(swarm_numbers(scenario_named("everything-at-once"), 1).size(), 5U);
}

TEST(Swarm, CutsALongNameToMakeRoomForTheNumber) {
  Scenario scenario = scenario_named("everything-at-once");
  scenario.name = std::string(64, 'x');

  std::string expected(62, 'x');
  expected += "~1";
  EXPECT_EQ(swarm_variant(scenario, 1, 1).name, expected);
}

}  // namespace
}  // namespace poolproof::sim
