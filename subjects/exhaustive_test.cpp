// Reduction, judged on the reference pool: the clients see the same with it and without.

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include <poolproof/sim/explore/exhaustive_search.h>
#include <poolproof/sim/judge/event.h>
#include <poolproof/subjects/reference_subject.h>
#include <poolproof/subjects/seen_by_each.h>

namespace poolproof::sim {
namespace {

const SubjectEntry& reference() {
  static const SubjectEntry entry =
      templated_subject<subjects::ReferenceSubject>("reference", "the pool of this library");
  return entry;
}

Scenario scenario_of(std::string_view clients) {
  auto scenario = Scenario::parse(clients, "test");
  EXPECT_TRUE(scenario.has_value()) << (scenario ? "" : scenario.error());
  return *std::move(scenario);
}

struct Seen {
  std::set<std::string> ways;
  std::uint64_t executions = 0;
};

Seen explore(const Scenario& scenario, bool reduces) {
  Simulation simulation(reference(), scenario, Depth::record);
  Exploration exploration({.reduces = reduces, .preemptions = {}});
  simulation.set_step_listener(&exploration);
  Seen seen;
  for (bool has_more = true; has_more;) {
    exploration.begin(seen.executions++);
    const ExecutionResult& result = simulation.run(exploration);
    seen.ways.insert(subjects::seen_by_each(simulation.history()));
    has_more = exploration.next(result);
  }
  EXPECT_FALSE(exploration.is_unsteady());
  return seen;
}

void expect_same(const Scenario& scenario, std::uint64_t factor_min) {
  const Seen all = explore(scenario, false);
  const Seen reduced = explore(scenario, true);

  EXPECT_EQ(reduced.ways, all.ways);
  EXPECT_GE(all.executions, factor_min * reduced.executions)
      << all.executions << " without reduction, " << reduced.executions << " with";
}

TEST(ExhaustiveSearch, LosesNothingThatAClientSeesOfATimeoutAndAHandOff) {
  expect_same(scenario_of(R"(
name = "one-each"
[pool]
max_size = 1
min_size = 0
[[clients]]
steps = ["acquire 5s", "release"]
[[clients]]
steps = ["acquire 5s"]
)"),
              20);
}

TEST(ExhaustiveSearch, LosesNothingThatAClientSeesInPatientTime) {
  expect_same(scenario_of(R"(
name = "patient"
time = "patient"
[pool]
max_size = 1
min_size = 0
[[clients]]
count = 2
steps = ["acquire 5s", "sleep 1ms", "release"]
)"),
              20);
}

TEST(ExhaustiveSearch, LosesNothingThatAClientSeesOfAClose) {
  expect_same(scenario_of(R"(
name = "closing"
[pool]
max_size = 1
min_size = 0
[[clients]]
steps = ["acquire 5s", "execute", "release"]
[[clients]]
steps = ["close"]
)"),
              20);
}

TEST(ExhaustiveSearch, LosesNothingThatAClientSeesOfADeadConnection) {
  expect_same(scenario_of(R"(
name = "checking"
prefill = true
[pool]
max_size = 1
min_size = 1
[[clients]]
steps = ["try_acquire", "release"]
[[clients]]
steps = ["health_check"]
[faults]
plan = "ping 1 fails"
)"),
              20);
}

TEST(ExhaustiveSearch, MayAllocateWhereThePoolMayNot) {
  for (int n = 1; n <= 12; ++n) {
    Scenario scenario = scenario_of(R"(
name = "short-of-memory"
[pool]
max_size = 1
min_size = 0
[[clients]]
count = 2
steps = ["acquire 1ms", "release"]
)");
    scenario.faults.failing_allocation = static_cast<std::uint32_t>(n);
    SearchProgress progress;

    const ExhaustiveResult result = search_exhaustively(
        {.subject = reference(), .scenario = scenario, .limits = {}, .count_max = 200, .from = {}},
        progress);

    EXPECT_FALSE(result.failure.has_value()) << "allocation " << n;
  }
}

ExhaustiveResult search(const Scenario& scenario, unsigned jobs, std::uint64_t count_max,
                        std::optional<ExhaustiveState> from = {}) {
  SearchProgress progress;
  return search_exhaustively({.subject = reference(),
                              .scenario = scenario,
                              .limits = {},
                              .jobs = jobs,
                              .count_max = count_max,
                              .from = std::move(from)},
                             progress);
}

/// Small enough to be searched again and again under sanitizers.
Scenario two_and_one() {
  return scenario_of(R"(
name = "two-and-one"
[pool]
max_size = 1
min_size = 0
[[clients]]
steps = ["acquire 5s", "release", "acquire 5s", "release"]
[[clients]]
steps = ["acquire 5s", "release"]
)");
}

constexpr std::uint64_t no_limit = ~std::uint64_t{0};

TEST(ExhaustiveSearch, CompletesWithRacingTimeouts) {
  const ExhaustiveResult result = search(two_and_one(), 1, no_limit);

  EXPECT_TRUE(result.is_complete);
  EXPECT_FALSE(result.failure.has_value());
  EXPECT_LE(result.state.executions, 390'000U / 20);  // of about so many without reduction
}

TEST(ExhaustiveSearch, DoesTheSameOnTwoThreads) {
  const Scenario scenario = two_and_one();

  const ExhaustiveResult one = search(scenario, 1, no_limit);
  const ExhaustiveResult two = search(scenario, 2, no_limit);

  EXPECT_TRUE(two.is_complete);
  EXPECT_EQ(two.state, one.state);
  EXPECT_EQ(two.steps, one.steps);
}

TEST(ExhaustiveSearch, GoesOnFromWhatItHasWrittenAsIfItHadNotStopped) {
  const Scenario scenario = two_and_one();
  const ExhaustiveResult whole = search(scenario, 1, no_limit);

  const ExhaustiveResult begun = search(scenario, 1, 100);
  const auto state = parse_exhaustive_state(print(begun.state, 5), 5);
  ASSERT_TRUE(state.has_value()) << state.error();
  const ExhaustiveResult ended = search(scenario, 1, no_limit, *state);

  EXPECT_FALSE(begun.is_complete);
  EXPECT_EQ(*state, begun.state);
  EXPECT_TRUE(ended.is_complete);
  EXPECT_EQ(ended.state.executions, whole.state.executions);
  EXPECT_EQ(begun.steps + ended.steps, whole.steps);
}

TEST(ExhaustiveSearch, RefusesAStateThatIsNone) {
  const std::string text = print(search(two_and_one(), 1, 10).state, 5);

  EXPECT_EQ(parse_exhaustive_state("history", 5).error(),
            "is no state of an exhaustive search: expected it to begin with "
            "\"poolproof-exhaustive-1\"");
  EXPECT_EQ(parse_exhaustive_state(text, 6).error(),
            "belongs to another subject, scenario or kind of search");
  EXPECT_EQ(parse_exhaustive_state("poolproof-exhaustive-1 5 1 2 x", 5).error(),
            "number 4 after the title: expected a state as it was written");
  EXPECT_FALSE(parse_exhaustive_state(text.substr(0, text.size() / 2), 5).has_value());
}

}  // namespace
}  // namespace poolproof::sim
