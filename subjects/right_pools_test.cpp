// Every pool that is said to be right, put through the library and through drawn scenarios by
// every strategy that goes by chance: none may be blamed. script/right-pools does the same for
// longer.

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <poolproof/sim/cli/strategies.h>
#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/sim/scenario/draw.h>
#include <poolproof/sim/scenario/fitting.h>
#include <poolproof/sim/scenario/swarm.h>
#include <poolproof/subjects/reference_subject.h>
#include <poolproof/subjects/zoo/zoo.h>

namespace poolproof::subjects {
namespace {

using sim::Scenario;
using sim::SubjectEntry;

constexpr bool is_slow = sim::under_asan || sim::under_tsan;
constexpr std::uint64_t drawn_scenarios = is_slow ? 150 : 3000;
constexpr std::uint64_t schedules_each = is_slow ? 2 : 20;  // of a scenario of the library

struct Trial {
  SubjectEntry subject;
  std::string strategy;
};

void PrintTo(const Trial& trial, std::ostream* out) {
  *out << trial.subject.name << " under " << trial.strategy;
}

std::vector<Trial> trials() {
  std::vector<SubjectEntry> right{
      sim::templated_subject<ReferenceSubject>("reference", "the pool of this project")};
  for (SubjectEntry& entry : zoo_subjects())
    if (!entry.about.starts_with("wrong")) right.push_back(std::move(entry));
  std::vector<Trial> trials;
  for (const SubjectEntry& subject : right)
    for (const sim::StrategyEntry& strategy : sim::strategies())
      if (strategy.make != nullptr) trials.push_back({subject, std::string(strategy.name)});
  return trials;
}

class RightPools : public testing::TestWithParam<Trial> {
 protected:
  /// What is broken in `count` executions from `first` on; empty when nothing is.
  std::string blamed_in(const Scenario& scenario, std::uint64_t first, std::uint64_t count) {
    const SubjectEntry& subject = GetParam().subject;
    const sim::Fitting fitting = sim::fit(scenario, subject.capabilities);
    if (!fitting.missing.empty()) return "";
    sim::Simulation simulation(subject, fitting.scenario);
    const auto strategy = sim::find_strategy(GetParam().strategy)->make(1, {});
    for (std::uint64_t execution = first; execution < first + count; ++execution) {
      strategy->begin(execution);
      simulation.run(*strategy);
      if (simulation.violations().empty()) continue;
      return scenario.name + ", execution " + std::to_string(execution) + ": " +
             simulation.violations().front().sentence + "\n" + sim::to_toml(fitting.scenario);
    }
    return "";
  }
};

TEST_P(RightPools, AreNotBlamedInTheLibrary) {
  for (const Scenario& scenario : sim::scenario_library()) {
    ASSERT_EQ(blamed_in(scenario, 0, schedules_each), "");
    const Scenario variant = sim::swarm_variant(scenario, 1, 3);
    ASSERT_EQ(blamed_in(variant, 0, schedules_each), "");
  }
}

TEST_P(RightPools, AreNotBlamedInDrawnScenarios) {
  for (std::uint64_t number = 0; number < drawn_scenarios; ++number) {
    Scenario drawn = sim::drawn_scenario(1, number, false);
    if (!GetParam().subject.capabilities.exception_safe) drawn.faults.failing_allocation = 0;
    ASSERT_EQ(blamed_in(drawn, number * sim::schedules_of_a_drawn, sim::schedules_of_a_drawn), "");
  }
}

INSTANTIATE_TEST_SUITE_P(All, RightPools, testing::ValuesIn(trials()), [](const auto& one) {
  std::string name = one.param.subject.name + "_" + one.param.strategy;
  std::erase_if(name, [](char c) { return c == '-'; });
  return name;
});

}  // namespace
}  // namespace poolproof::subjects
