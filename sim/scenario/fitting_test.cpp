#include <poolproof/sim/scenario/fitting.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace poolproof::sim {
namespace {

using StepKind = Step::Kind;

Scenario scenario_of(std::vector<StepKind> kinds) {
  Scenario scenario;
  scenario.name = "mine";
  scenario.clients.emplace_back();
  for (const StepKind kind : kinds)
    scenario.clients[0].steps.push_back({.kind = kind});
  return scenario;
}

TEST(Fitting, LeavesAScenarioAsItIsForAPoolThatHasAll) {
  const Scenario scenario = scenario_of({StepKind::acquire, StepKind::metrics, StepKind::release});

  const Fitting fitting = fit(scenario, {});

  EXPECT_EQ(fitting.scenario, scenario);
  EXPECT_TRUE(fitting.left_out.empty());
  EXPECT_EQ(fitting.missing, "");
}

TEST(Fitting, LeavesOutWhatThePoolDeclinesAndSaysSo) {
  Scenario scenario = scenario_of({StepKind::metrics, StepKind::acquire, StepKind::evict_all,
                                   StepKind::metrics, StepKind::release});
  scenario.prefill = true;
  scenario.maintenance = true;

  const Fitting fitting = fit(scenario, {.ensure_min_size = false,
                                         .health_check = false,
                                         .metrics = false,
                                         .evict_all = false,
                                         .why = ""});

  EXPECT_EQ(fitting.scenario.clients, scenario_of({StepKind::acquire, StepKind::release}).clients);
  EXPECT_FALSE(fitting.scenario.prefill);
  EXPECT_FALSE(fitting.scenario.maintenance);
  EXPECT_EQ(fitting.left_out, (std::vector<std::string_view>{"ensure_min_size", "health_check",
                                                             "metrics", "evict_all"}));
  EXPECT_EQ(fitting.missing, "");
}

TEST(Fitting, LeavesOutCancelsWhereAnAcquireCannotBeCancelled) {
  const Scenario scenario = scenario_of({StepKind::acquire, StepKind::cancel, StepKind::release});

  const Fitting fitting = fit(scenario, {});

  EXPECT_EQ(fitting.scenario.clients, scenario_of({StepKind::acquire, StepKind::release}).clients);
  EXPECT_EQ(fitting.left_out, std::vector<std::string_view>{"cancellation"});
  EXPECT_EQ(fit(scenario, {.cancellation = true, .why = ""}).scenario, scenario);
}

TEST(Fitting, HasNothingLeftWhereNobodyTakesAConnectionAnyMore) {
  const Scenario scenario = scenario_of({StepKind::try_acquire, StepKind::release});

  EXPECT_EQ(fit(scenario, {.try_acquire = false, .why = ""}).missing, "try_acquire");
}

TEST(Fitting, HasNothingLeftOfAClientThatOnlyCloses) {
  Scenario scenario = scenario_of({StepKind::acquire, StepKind::release});
  scenario.clients.push_back(scenario_of({StepKind::close}).clients[0]);

  const Fitting fitting = fit(scenario, {.close = false, .why = ""});

  EXPECT_EQ(fitting.scenario.clients, scenario_of({StepKind::acquire, StepKind::release}).clients);
  EXPECT_EQ(fitting.missing, "");
}

TEST(Fitting, DoesNotPretendToFailAllocations) {
  Scenario scenario = scenario_of({StepKind::acquire, StepKind::release});
  scenario.faults.failing_allocation = 1;

  EXPECT_EQ(fit(scenario, {.exception_safe = false, .why = ""}).missing, "exception_safe");
}

TEST(Fitting, RunsNearlyAllOfTheLibraryForASmallPool) {
  const Capabilities small{.ensure_min_size = false,
                           .health_check = false,
                           .metrics = false,
                           .resize = false,
                           .evict_all = false,
                           .drain = false,
                           .why = ""};
  const auto lost = std::ranges::count_if(scenario_library(), [&](const Scenario& scenario) {
    const Fitting fitting = fit(scenario, small);
    return !fitting.missing.empty() && fitting.missing != "transactions";
  });

  EXPECT_LE(lost, 2);
}

}  // namespace
}  // namespace poolproof::sim
