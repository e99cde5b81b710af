#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include <poolproof/core/rng.h>
#include <poolproof/sim/scenario/embedded_file.h>
#include <poolproof/sim/scenario/scenario.h>
#include <poolproof/sim/scenario/step_text.h>

namespace poolproof::sim {
namespace {

using mocks::ClientCall;
using mocks::Fault;

TEST(ScenarioLibrary, IsSortedByNamesThatAreItsFiles) {
  std::vector<std::string> from_files;
  for (const EmbeddedFile& file : library_files())
    from_files.emplace_back(file.name);
  std::ranges::sort(from_files);

  std::vector<std::string> from_scenarios;
  for (const Scenario& scenario : scenario_library())
    from_scenarios.push_back(scenario.name + ".toml");

  EXPECT_GE(from_files.size(), 18U);
  std::ranges::sort(from_scenarios);
  EXPECT_EQ(from_scenarios, from_files);
  EXPECT_TRUE(std::ranges::is_sorted(scenario_library(), {}, &Scenario::name));
}

TEST(ScenarioLibrary, ReadsBackWhatItPrints) {
  for (const Scenario& scenario : scenario_library()) {
    const auto again = Scenario::parse(to_toml(scenario), scenario.name);
    ASSERT_TRUE(again.has_value()) << again.error();
    EXPECT_EQ(*again, scenario);
  }
}

TEST(ScenarioLibrary, SaysInOneSentenceWhatEachScenarioIsAbout) {
  for (const Scenario& scenario : scenario_library()) {
    EXPECT_EQ(scenario.about.find('.'), scenario.about.size() - 1) << scenario.name;
  }
}

/// Explored by the hundred thousand, so none may grow.
TEST(ScenarioLibrary, KeepsEachScenarioSmall) {
  for (const Scenario& scenario : scenario_library()) {
    std::size_t steps = 0;
    for (const ClientScript& client : scenario.clients)
      steps += client.count * client.repeat * client.steps.size();
    EXPECT_LE(client_count(scenario), 4U) << scenario.name;
    EXPECT_LE(steps, 24U) << scenario.name;
  }
}

TEST(ScenarioLibrary, ReleasesEveryLeaseThatItTakes) {
  for (const Scenario& scenario : scenario_library()) {
    for (const ClientScript& client : scenario.clients) {
      const auto count_of = [&](Step::Kind kind) {
        return std::ranges::count(client.steps, kind, &Step::kind);
      };
      EXPECT_EQ(count_of(Step::Kind::acquire) + count_of(Step::Kind::try_acquire),
                count_of(Step::Kind::release))
          << scenario.name;
    }
  }
}

TEST(ScenarioLibrary, TakesEveryKindOfStep) {
  std::set<Step::Kind> seen;
  for (const Scenario& scenario : scenario_library()) {
    for (const ClientScript& client : scenario.clients) {
      for (const Step& step : client.steps)
        seen.insert(step.kind);
    }
  }

  for (int kind = 0; kind <= static_cast<int>(Step::Kind::cancel); ++kind) {
    EXPECT_TRUE(seen.contains(static_cast<Step::Kind>(kind)))
        << to_string(static_cast<Step::Kind>(kind));
  }
}

TEST(ScenarioLibrary, PlansEveryKindOfFault) {
  std::set<Fault::Effect> effects;
  std::set<ClientCall> calls;
  std::set<mocks::Selector::Kind> selectors;
  bool has_restart = false;
  bool has_allocation = false;
  bool has_death = false;
  bool has_demotion = false;
  for (const Scenario& scenario : scenario_library()) {
    for (const Fault& fault : scenario.faults.faults) {
      effects.insert(fault.effect);
      calls.insert(fault.call);
      selectors.insert(fault.selector.kind);
    }
    has_restart |= !scenario.faults.restarts.empty();
    has_allocation |= scenario.faults.failing_allocation != 0;
    has_death |= !scenario.faults.deaths.empty();
    has_demotion |= !scenario.faults.demotions.empty();
  }

  EXPECT_EQ(effects.size(), 9U);
  EXPECT_EQ(calls.size(), 8U);
  EXPECT_EQ(selectors.size(), 4U);
  EXPECT_TRUE(has_restart && has_allocation && has_death && has_demotion);
}

TEST(ScenarioLibrary, TurnsEveryKnobOfAScenario) {
  const auto some = [](auto is_so) { return std::ranges::any_of(scenario_library(), is_so); };

  EXPECT_TRUE(some([](const Scenario& s) { return s.time == TimeMode::racing; }));
  EXPECT_TRUE(some([](const Scenario& s) { return s.time == TimeMode::patient; }));
  EXPECT_TRUE(some([](const Scenario& s) { return s.prefill; }));
  EXPECT_TRUE(some([](const Scenario& s) { return s.maintenance; }));
  EXPECT_TRUE(some([](const Scenario& s) { return s.spurious_wakeups > 0; }));
  EXPECT_TRUE(some([](const Scenario& s) { return s.spurious_cas_failures > 0; }));
  EXPECT_TRUE(some([](const Scenario& s) { return !s.pool.reset_on_return; }));
  EXPECT_TRUE(some([](const Scenario& s) { return s.pool.calls_at_once > 1; }));
  EXPECT_TRUE(
      some([](const Scenario& s) { return s.pool.validate_after_idle > Duration::zero(); }));
  EXPECT_TRUE(some([](const Scenario& s) { return s.pool.leak_threshold > Duration::zero(); }));
}

/// What bench/ measures and the README quotes must not change by accident.
TEST(ScenarioLibrary, HasTheBenchmarksScenario) {
  const auto found = std::ranges::find(scenario_library(), "two-by-two", &Scenario::name);

  ASSERT_NE(found, scenario_library().end());
  EXPECT_EQ(found->pool, (PoolConfig{.min_size = 0, .max_size = 1}));
  ASSERT_EQ(found->clients.size(), 1U);
  EXPECT_EQ(found->clients[0].count, 2U);
  EXPECT_EQ(found->clients[0].repeat, 2U);
  EXPECT_EQ(found->time, TimeMode::patient);
  EXPECT_EQ(found->faults, mocks::FaultPlan{});
}

/// Removes, doubles or overwrites a few bytes.
std::string damaged(std::string text, Rng& rng) {
  constexpr std::array<char, 12> nasty{'"', '\'', '[',  ']',  '{',    '}',
                                       '.', '\n', '\\', '\0', '\xff', '='};
  for (std::uint32_t hits = 1 + rng.below(4); hits > 0 && !text.empty(); --hits) {
    const std::size_t at = rng.below(static_cast<std::uint32_t>(text.size()));
    switch (rng.below(4)) {
      case 0:
        text.erase(at, 1 + rng.below(8));
        break;
      case 1:
        text.insert(at, text.substr(at, 1 + rng.below(20)));
        break;
      case 2:
        text[at] = nasty[rng.below(static_cast<std::uint32_t>(nasty.size()))];
        break;
      default:
        text[at] = static_cast<char>(rng.below(256));
        break;
    }
  }
  return text;
}

/// An error is one line that begins with the source and a line number.
bool is_sentence(const std::string& error) {
  return error.starts_with("x.toml:") && error.find_first_of("123456789") == 7 &&
         error.find('\n') == std::string::npos;
}

TEST(ScenarioLibrary, SurvivesDamageToItsFiles) {
  Rng rng(1);
  int refused = 0;
  for (int round = 0; round < 200; ++round) {
    for (const EmbeddedFile& file : library_files()) {
      const std::string text = damaged(std::string(file.text), rng);
      const auto scenario = Scenario::parse(text, "x.toml");
      if (scenario) {
        const auto again = Scenario::parse(to_toml(*scenario), "x.toml");
        ASSERT_TRUE(again.has_value() && *again == *scenario) << text;
      } else {
        ++refused;
        ASSERT_TRUE(is_sentence(scenario.error())) << scenario.error() << "\nof:\n" << text;
      }
    }
  }

  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace poolproof::sim
