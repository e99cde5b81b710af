#include <poolproof/sim/explore/shrink_scenario.h>

#include <algorithm>

#include <gtest/gtest.h>

#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

Scenario scenario_of(const std::string& toml) {
  auto scenario = Scenario::parse(toml, "test");
  EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error());
  return scenario ? *scenario : Scenario{};
}

std::vector<ScenarioCut> all_cuts(const Scenario& scenario) {
  std::vector<ScenarioCut> all;
  for (const ScenarioPass pass : scenario_passes()) {
    const auto cuts = pass(scenario);
    all.insert(all.end(), cuts.begin(), cuts.end());
  }
  return all;
}

bool has_cut(const Scenario& scenario, const Scenario& wanted) {
  return std::ranges::any_of(all_cuts(scenario),
                             [&](const ScenarioCut& cut) { return cut.scenario == wanted; });
}

const std::string crowd = R"(
name = "crowd"
time = "patient"
[pool]
max_size = 3
min_size = 0
[[clients]]
name = "user"
count = 3
repeat = 2
steps = ["acquire 5s", "execute", "release"]
[[clients]]
name = "keeper"
steps = ["health_check"]
)";

TEST(ScenarioCuts, AreScenariosThatCanBeWrittenDown) {
  std::size_t cuts_seen = 0;
  for (const Scenario& scenario : scenario_library()) {
    for (const ScenarioCut& cut : all_cuts(scenario)) {
      const auto read = Scenario::parse(to_toml(cut.scenario), "cut");
      ASSERT_TRUE(read) << scenario.name << ": " << read.error();
      ASSERT_EQ(*read, cut.scenario) << scenario.name;
      ASSERT_NE(cut.scenario, scenario) << scenario.name;
      ASSERT_EQ(cut.clients.size(), client_count(cut.scenario)) << scenario.name;
      ++cuts_seen;
    }
  }
  EXPECT_GT(cuts_seen, scenario_library().size());
}

TEST(ScenarioCuts, ComeToAnEndWhereverTheyLead) {
  Scenario scenario = scenario_of(crowd);
  scenario.faults = *mocks::FaultPlan::parse("connect 1/5 fails; reset takes 5ms");
  scenario.maintenance = true;
  scenario.pool.idle_timeout = std::chrono::milliseconds(3);

  std::size_t cuts_taken = 0;
  for (auto cuts = all_cuts(scenario); !cuts.empty() && cuts_taken < 200; ++cuts_taken) {
    scenario = cuts.back().scenario;
    cuts = all_cuts(scenario);
  }

  EXPECT_LT(cuts_taken, 200U);
  EXPECT_EQ(client_count(scenario), 1U) << to_toml(scenario);
  EXPECT_EQ(scenario.clients.front().steps.size(), 1U) << to_toml(scenario);
  EXPECT_EQ(scenario.faults, mocks::FaultPlan{}) << to_toml(scenario);
  EXPECT_EQ(scenario.pool.max_size, 1U);
}

TEST(ScenarioCuts, TryTheBiggestPieceFirst) {
  const Scenario scenario = scenario_of(crowd);

  const auto cuts = scenario_passes().front()(scenario);

  ASSERT_FALSE(cuts.empty());
  EXPECT_EQ(client_count(cuts.front().scenario), 2U);
  EXPECT_EQ(cuts.front().clients, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(client_count(cuts.back().scenario), 3U);
}

TEST(ScenarioCuts, LeaveOutAStepOfOneOfSeveralClients) {
  const Scenario scenario = scenario_of(crowd);
  Scenario wanted = scenario;
  wanted.clients.insert(wanted.clients.begin() + 1, wanted.clients.front());
  wanted.clients[0].count = 2;
  wanted.clients[1].count = 1;
  wanted.clients[1].steps = {wanted.clients[1].steps[0], wanted.clients[1].steps[2]};

  EXPECT_TRUE(has_cut(scenario, wanted)) << to_toml(wanted);
}

TEST(ScenarioCuts, WriteRoundsOutSoThatEachCanLoseAnotherStep) {
  Scenario scenario = scenario_of(crowd);
  scenario.clients = {scenario.clients.front()};
  scenario.clients.front().count = 1;
  Scenario wanted = scenario;
  wanted.clients.front().repeat = 1;
  const auto& steps = scenario.clients.front().steps;
  wanted.clients.front().steps = {steps[0], steps[1], steps[2], steps[0], steps[2]};

  EXPECT_TRUE(has_cut(scenario, wanted)) << to_toml(wanted);
}

TEST(ScenarioCuts, PinAFaultOfChanceToACall) {
  Scenario scenario = scenario_of(crowd);
  scenario.faults = *mocks::FaultPlan::parse("connect 1/5 fails");
  Scenario wanted = scenario;
  wanted.faults = *mocks::FaultPlan::parse("connect 2 fails");

  EXPECT_TRUE(has_cut(scenario, wanted)) << to_toml(wanted);
}

TEST(ScenarioCuts, DoNotAskForTheImpossible) {
  const Scenario scenario = scenario_of(R"(
name = "nested"
[pool]
max_size = 3
min_size = 0
[[clients]]
count = 2
steps = ["acquire forever", "acquire forever", "release", "release"]
)");
  Scenario starving = scenario;
  starving.pool.max_size = 2;
  ASSERT_FALSE(may_starve(scenario));
  ASSERT_TRUE(may_starve(starving));

  EXPECT_TRUE(std::ranges::none_of(
      all_cuts(scenario), [](const ScenarioCut& cut) { return may_starve(cut.scenario); }));
}

TEST(Starvation, NeedsAWaitWithoutADeadline) {
  Scenario scenario = scenario_of(crowd);
  scenario.pool.max_size = 1;
  scenario.clients.front().steps.insert(scenario.clients.front().steps.begin(),
                                        scenario.clients.front().steps.front());
  EXPECT_FALSE(may_starve(scenario));

  scenario.clients.front().steps[1].duration = Duration::max();

  EXPECT_TRUE(may_starve(scenario));
}

TEST(Starvation, ComesOfDrainingOnesOwnLease) {
  EXPECT_TRUE(may_starve(scenario_of(R"(
name = "own"
[[clients]]
steps = ["acquire", "drain forever", "release"]
)")));
}

TEST(ShrunkName, FitsWhereAScenariosNameMustFit) {
  EXPECT_EQ(shrunk_name("crowd"), "crowd-shrunk");
  EXPECT_EQ(shrunk_name("crowd-shrunk"), "crowd-shrunk");
  EXPECT_EQ(shrunk_name(std::string(64, 'a')).size(), 64U);
}

}  // namespace
}  // namespace poolproof::sim
