#include <poolproof/sim/explore/shrink.h>

#include <algorithm>

#include <gtest/gtest.h>

#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/subjects/broken/lossy_pool.h>

namespace poolproof::subjects {
namespace {

using namespace sim;

const Scenario& scenario_named(const std::string& name) {
  return *std::ranges::find(scenario_library(), name, &Scenario::name);
}

std::unique_ptr<Strategy> make_random_walk(std::uint64_t seed) {
  return std::make_unique<RandomWalk>(seed);
}

/// The first failure of `scenario` among many executions.
Failure first_failure_in(const Scenario& scenario) {
  SearchProgress progress;
  auto found = search(
      {.subject = lossy(), .scenario = scenario, .strategy = &make_random_walk, .count = 20'000},
      progress);
  EXPECT_TRUE(found.failure);
  return found.failure ? *std::move(found.failure) : Failure{};
}

Shrunk shrink_in(const Scenario& scenario, const Failure& failure,
                 std::uint64_t budget = ShrinkPlan::budget_default) {
  SearchProgress progress;
  return shrink({.subject = lossy(), .scenario = scenario, .failure = failure, .budget = budget},
                progress);
}

bool breaks(const std::vector<Violation>& violations, LawId law) {
  return std::ranges::find(violations, law, &Violation::law) != violations.end();
}

/// More of everything than the bug needs: four clients, faults, a maintenance thread.
Scenario big_scenario() {
  Scenario scenario = scenario_named("timeout-races-hand-off");
  scenario.name = "big";
  scenario.pool.max_size = 2;
  scenario.spurious_wakeups = 2;
  scenario.faults = *mocks::FaultPlan::parse("execute takes 2ms; reset 1/5 fails");
  for (ClientScript& client : scenario.clients) {
    client.count = 3;
    client.repeat = 3;
    client.steps.insert(client.steps.begin() + 1, Step{.kind = Step::Kind::execute});
  }
  return scenario;
}

TEST(Shrink, LeavesAFewLinesOfABigScenario) {
  const Scenario scenario = big_scenario();
  const Failure failure = first_failure_in(scenario);

  const Shrunk shrunk = shrink_in(scenario, failure);

  EXPECT_EQ(shrunk.before.clients, 6U);
  EXPECT_LE(shrunk.after.clients, 3U) << to_toml(shrunk.scenario);
  EXPECT_LE(shrunk.after.operations, 8U) << to_toml(shrunk.scenario);
  EXPECT_LE(shrunk.after.preemptions, 3U) << to_toml(shrunk.scenario);
  EXPECT_TRUE(shrunk.scenario.faults.faults.empty()) << to_toml(shrunk.scenario);
  EXPECT_EQ(shrunk.scenario.spurious_wakeups, 0U) << to_toml(shrunk.scenario);
  EXPECT_EQ(shrunk.scenario.name, "big-shrunk");
}

TEST(Shrink, KeepsToTheLawThatWasBroken) {
  const Scenario scenario = big_scenario();
  const Failure failure = first_failure_in(scenario);

  const Shrunk shrunk = shrink_in(scenario, failure);

  EXPECT_TRUE(breaks(shrunk.failure.violations, failure.violations.front().law));
}

TEST(Shrink, GivesTheSameBytesTwice) {
  const Scenario scenario = big_scenario();
  const Failure failure = first_failure_in(scenario);

  const Shrunk one = shrink_in(scenario, failure, 3'000);
  const Shrunk two = shrink_in(scenario, failure, 3'000);

  EXPECT_EQ(print_token("lossy", one.scenario, one.failure.schedule),
            print_token("lossy", two.scenario, two.failure.schedule));
  EXPECT_EQ(one.failure.history, two.failure.history);
  EXPECT_EQ(one.executions, two.executions);
}

TEST(Shrink, GivesATokenThatShowsTheSameAgain) {
  const Scenario scenario = big_scenario();
  const Shrunk shrunk = shrink_in(scenario, first_failure_in(scenario));

  const auto token = parse_token(print_token("lossy", shrunk.scenario, shrunk.failure.schedule));
  ASSERT_TRUE(token) << token.error();
  const ReplayResult replayed = replay(lossy(), token->scenario, token->schedule);

  EXPECT_EQ(replayed.refusal, "");
  EXPECT_EQ(replayed.execution.violations, shrunk.failure.violations);
  EXPECT_EQ(replayed.execution.history, shrunk.failure.history);
}

TEST(Shrink, ReturnsTheOriginalWithoutABudget) {
  const Scenario& scenario = scenario_named("timeout-races-hand-off");
  const Failure failure = first_failure_in(scenario);

  const Shrunk shrunk = shrink_in(scenario, failure, 0);

  EXPECT_EQ(shrunk.scenario, scenario);
  EXPECT_EQ(shrunk.failure.schedule, failure.schedule);
  EXPECT_EQ(shrunk.before, shrunk.after);
  EXPECT_EQ(shrunk.executions, 0U);
}

TEST(Shrink, SpendsNoMoreThanItsBudget) {
  const Scenario scenario = big_scenario();
  const Failure failure = first_failure_in(scenario);

  EXPECT_EQ(shrink_in(scenario, failure, 100).executions, 100U);
}

TEST(Shrink, EndsWithTheBestSoFarWhenStopped) {
  const Scenario& scenario = scenario_named("timeout-races-hand-off");
  const Failure failure = first_failure_in(scenario);
  SearchProgress progress;
  progress.is_stopped = true;

  const Shrunk shrunk =
      shrink({.subject = lossy(), .scenario = scenario, .failure = failure}, progress);

  EXPECT_TRUE(shrunk.is_interrupted);
  EXPECT_EQ(shrunk.failure.violations, failure.violations);
}

TEST(ShrunkSize, CountsTheClientsOperationsAndNotTheAudits) {
  const Scenario& scenario = scenario_named("two-by-two");
  Simulation simulation(lossy(), scenario);
  RandomWalk walk(1);
  walk.begin(0);
  simulation.run(walk);

  Failure execution;
  execution.schedule = simulation.schedule();
  execution.history = simulation.history();
  const ShrunkSize size = size_of(lossy(), scenario, execution);

  EXPECT_EQ(size.clients, 2U);
  EXPECT_EQ(size.operations, 8U);
}

}  // namespace
}  // namespace poolproof::subjects
