#include <poolproof/sim/cli/check_plan.h>

#include <algorithm>

#include <gtest/gtest.h>

#include <poolproof/sim/scenario/draw.h>
#include <poolproof/sim/scenario/fitting.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

SubjectEntry subject_of(std::string name) {
  SubjectEntry subject;
  subject.name = std::move(name);
  subject.simulated = [](const Environment<SimPlatform>&) { return nullptr; };
  return subject;
}

std::vector<SubjectEntry> two_subjects() {
  std::vector<SubjectEntry> subjects{subject_of("first"), subject_of("poor")};
  subjects[1].capabilities.metrics = false;
  return subjects;
}

std::string refusal(std::span<const SubjectEntry> subjects, const CheckOptions& options) {
  const auto plan = plan_check(subjects, options, 2);
  return plan ? "" : plan.error();
}

TEST(CheckPlan, TakesTheFirstSubjectAndItsPartOfTheLibraryUnlessToldOtherwise) {
  const auto subjects = two_subjects();

  const auto plan = plan_check(subjects, {}, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_EQ(plan->report.subject, "first");
  const auto has_transactions = [](const Scenario& scenario) {
    return scenario.name.starts_with("transactions-");
  };
  EXPECT_EQ(plan->report.scenarios.size() + static_cast<std::size_t>(std::ranges::count_if(
                                                scenario_library(), has_transactions)),
            scenario_library().size() + 1);
  EXPECT_EQ(std::ranges::count(plan->report.scenarios, true, &ScenarioReport::is_drawn), 1);
  EXPECT_EQ(plan->jobs, 2U);
}

TEST(CheckPlan, HasOneJobForCodeAsItIsWhereProcessesCannotShareTheWork) {
  const SubjectEntry simulated;
  SubjectEntry as_is;
  as_is.is_as_is = true;
  CheckOptions options;
  options.jobs = 3;
  EXPECT_EQ(jobs_of(as_is, options, 8), 3U);

  options.strategy = "exhaustive";

  EXPECT_EQ(jobs_of(as_is, options, 8), 1U);
  EXPECT_EQ(jobs_of(simulated, options, 8), 3U);
}

TEST(CheckPlan, SplitsSchedulesEvenlyAndLosesNone) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.scenarios = {"two-by-two", "hand-off", "crowd"};
  options.schedules = 20;

  const auto plan = plan_check(subjects, options, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_EQ(plan->report.scenarios[0].planned, 7U);
  EXPECT_EQ(plan->report.scenarios[1].planned, 7U);
  EXPECT_EQ(plan->report.scenarios[2].planned, 6U);
}

TEST(CheckPlan, GivesEveryScenarioAtLeastOneSchedule) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.scenarios = {"two-by-two", "hand-off", "crowd"};
  options.schedules = 1;

  const auto plan = plan_check(subjects, options, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  for (const ScenarioReport& scenario : plan->report.scenarios)
    EXPECT_EQ(scenario.planned, 1U);
}

TEST(CheckPlan, LeavesOutWhatTheSubjectDeclines) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.subject = "poor";
  options.scenarios = {"metrics-under-load", "hand-off"};
  options.schedules = 10;

  const auto plan = plan_check(subjects, options, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_EQ(plan->report.scenarios[0].left_out, std::vector<std::string>{"metrics"});
  EXPECT_EQ(plan->report.scenarios[0].planned, 5U);
  EXPECT_TRUE(plan->report.scenarios[1].left_out.empty());
  EXPECT_EQ(plan->report.scenarios[1].planned, 5U);
}

TEST(CheckPlan, RunsNothingOfAScenarioOfWhichNothingIsLeft) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.scenarios = {"transactions-add", "hand-off"};
  options.schedules = 10;

  const auto plan = plan_check(subjects, options, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_EQ(plan->report.scenarios[0].status, Status::not_applicable);
  EXPECT_EQ(plan->report.scenarios[0].missing, "transactions");
  EXPECT_EQ(plan->report.scenarios[1].planned, 10U);
}

TEST(CheckPlan, GivesDrawnScenariosTheirShare) {
  const auto subjects = two_subjects();
  const auto planned = [&](std::optional<std::uint32_t> percent) {
    CheckOptions options;
    options.schedules = 1'000;
    options.drawn_percent = percent;
    const auto plan = plan_check(subjects, options, 2);
    std::uint64_t drawn = 0;
    std::uint64_t all = 0;
    for (const ScenarioReport& scenario : plan->report.scenarios) {
      all += scenario.planned;
      if (scenario.is_drawn) drawn += scenario.planned;
    }
    EXPECT_EQ(all, 1'000U);
    return drawn;
  };

  EXPECT_EQ(planned(std::nullopt), 500U);
  EXPECT_EQ(planned(10), 100U);
  EXPECT_EQ(planned(0), 0U);
  EXPECT_EQ(planned(100), 1'000U);
}

TEST(CheckPlan, PutsSimpleScenariosFirstAndFailingAllocationsLast) {
  const auto subjects = two_subjects();

  const auto plan = plan_check(subjects, {}, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  const auto& scenarios = plan->report.scenarios;
  EXPECT_TRUE(scenarios.front().scenario.faults.faults.empty());
  EXPECT_NE(scenarios.back().scenario.faults.failing_allocation, 0U);
  const auto drawn = std::ranges::find(scenarios, true, &ScenarioReport::is_drawn);
  EXPECT_TRUE(std::all_of(drawn + 1, scenarios.end(), [](const ScenarioReport& scenario) {
    return scenario.scenario.faults.failing_allocation != 0;
  }));
}

TEST(CheckPlan, RunsOneDrawnScenarioByItsNumber) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.scenarios = {"drawn-17"};
  options.seed = 3;

  const auto plan = plan_check(subjects, options, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_EQ(plan->report.scenarios[0].scenario,
            fit(drawn_scenario(3, 17, false), subjects[0].capabilities).scenario);
}

TEST(CheckPlan, RefusesToDrawWhereItCannot) {
  const auto subjects = two_subjects();
  CheckOptions beside;
  beside.scenarios = {"hand-off"};
  beside.drawn_percent = 10;
  CheckOptions exhaustive;
  exhaustive.strategy = "exhaustive";
  exhaustive.scenarios = {"drawn"};

  EXPECT_EQ(refusal(subjects, beside),
            "--drawn: is a share of all; beside --scenario say --scenario drawn");
  EXPECT_EQ(
      refusal(subjects, exhaustive),
      "drawn scenarios: are many and small, and their times are made up: they need simulated "
      "threads and a strategy that goes by chance");
}

TEST(CheckPlan, RefusesWhatCannotBeChecked) {
  const auto subjects = two_subjects();
  CheckOptions unknown;
  unknown.subject = "third";
  CheckOptions nothing_left;
  nothing_left.subject = "poor";
  nothing_left.scenarios = {"transactions-add"};
  CheckOptions no_scenario;
  no_scenario.scenarios = {"no-such"};
  CheckOptions real;
  real.threads = ThreadKind::real;

  EXPECT_EQ(refusal(subjects, unknown),
            "subject \"third\": there is none of that name, only first, poor");
  EXPECT_EQ(
      refusal(subjects, nothing_left),
      "--scenario \"transactions-add\": needs transactions, which poor declines, so there is "
      "nothing to check");
  EXPECT_EQ(refusal(subjects, no_scenario),
            "scenario \"no-such\": neither a scenario of the library nor a file; poolproof list "
            "names those of the library");
  EXPECT_EQ(refusal(subjects, real), "--threads \"real\": first runs on simulated threads only");
}

TEST(CheckPlan, RefusesWhatOnlyAnExhaustiveSearchKnows) {
  const auto subjects = two_subjects();
  CheckOptions preemptions;
  preemptions.preemptions = 1;
  CheckOptions no_reduction;
  no_reduction.no_reduction = true;
  CheckOptions resume;
  resume.resume_file = "there.state";

  EXPECT_EQ(refusal(subjects, preemptions), "--preemptions: goes with --strategy exhaustive only");
  EXPECT_EQ(refusal(subjects, no_reduction),
            "--no-reduction: goes with --strategy exhaustive only");
  EXPECT_EQ(refusal(subjects, resume), "--resume: goes with --strategy exhaustive only");
}

TEST(CheckPlan, RefusesWhatAnExhaustiveSearchDoesNotKnow) {
  const auto subjects = two_subjects();
  CheckOptions first;
  first.strategy = "exhaustive";
  first.first = 7;
  CheckOptions no_scenario;
  no_scenario.strategy = "exhaustive";
  no_scenario.resume_file = "there.state";

  EXPECT_EQ(refusal(subjects, first), "--first: an exhaustive search goes on where --resume says");
  EXPECT_EQ(refusal(subjects, no_scenario), "--resume: expected one --scenario beside it");
}

TEST(CheckPlan, DividesTheSchedulesAmongASwarm) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.scenarios = {"everything-at-once"};
  options.schedules = 1'000;
  options.swarm = true;

  const auto plan = plan_check(subjects, options, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  const auto& scenarios = plan->report.scenarios;
  ASSERT_GT(scenarios.size(), 5U);
  std::uint64_t planned = 0;
  for (const ScenarioReport& scenario : scenarios) {
    planned += scenario.planned;
    EXPECT_EQ(scenario.asked_for, scenario.scenario.name);
  }
  EXPECT_EQ(planned, 1'000U);
  EXPECT_EQ(scenarios[0].asked_for, "everything-at-once");
  EXPECT_EQ(scenarios[1].asked_for, "everything-at-once~1");
  EXPECT_EQ(check_command(*plan, scenarios[1]),
            "poolproof check first --seed 1 --scenario everything-at-once~1");
}

TEST(CheckPlan, TakesRealThreadsForASubjectThatKnowsNoOthers) {
  std::vector<SubjectEntry> subjects{subject_of("real-only")};
  subjects[0].simulated = nullptr;
  subjects[0].real = [](const Environment<StdPlatform>&) { return nullptr; };
  CheckOptions simulated;
  simulated.threads = ThreadKind::simulated;

  const auto plan = plan_check(subjects, {}, 2);

  ASSERT_TRUE(plan.has_value()) << plan.error();
  EXPECT_FALSE(plan->report.virtual_time);
  EXPECT_EQ(refusal(subjects, simulated),
            "--threads \"sim\": real-only runs on real threads only");
  CheckOptions exhaustive;
  exhaustive.strategy = "exhaustive";
  EXPECT_EQ(refusal(subjects, exhaustive), "--strategy \"exhaustive\": needs simulated threads");
}

TEST(CheckPlan, SaysHowToGoOnAfterAnInterrupt) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.scenarios = {"two-by-two", "hand-off", "crowd", "drain"};
  options.schedules = 400;
  options.seed = 7;
  auto plan = plan_check(subjects, options, 2);
  ASSERT_TRUE(plan.has_value()) << plan.error();

  plan->report.scenarios[0].status = Status::held;
  plan->report.scenarios[1].status = Status::ended_early;
  plan->report.scenarios[1].schedules = 40;
  plan->report.scenarios[1].next = 40;

  EXPECT_EQ(commands_to_go_on(*plan),
            "poolproof check first --seed 7 --scenario hand-off --first 40 --schedules 60\n"
            "poolproof check first --seed 7 --first 0 --schedules 200 --scenario crowd "
            "--scenario drain\n");
}

TEST(CheckPlan, GoesOnFromAScenarioOfTheLibrary) {
  const auto subjects = two_subjects();
  CheckOptions options;
  options.schedules = 1'000;
  options.ci.shard = {.number = 2, .of = 3};
  auto plan = plan_check(subjects, options, 2);
  ASSERT_TRUE(plan.has_value()) << plan.error();
  auto& scenarios = plan->report.scenarios;
  scenarios[0].status = Status::held;
  options.from = scenarios[1].asked_for;

  const std::string commands = commands_to_go_on(*plan);
  const auto rest = plan_check(subjects, options, 2);

  EXPECT_EQ(commands, "poolproof check first --seed 1 --first 0 --schedules " +
                          std::to_string(1'000 - scenarios[0].planned) + " --shard 2/3 --from " +
                          options.from + "\n");
  ASSERT_TRUE(rest.has_value()) << rest.error();
  EXPECT_EQ(rest->report.scenarios.size(), scenarios.size() - 1);
  EXPECT_EQ(rest->report.scenarios[0].asked_for, options.from);
}

TEST(CheckPlan, RefusesToBeginWhereNoScenarioIs) {
  const auto subjects = two_subjects();
  CheckOptions unknown;
  unknown.from = "no-such";
  CheckOptions beside;
  beside.from = "hand-off";
  beside.scenarios = {"two-by-two"};

  EXPECT_TRUE(
      refusal(subjects, unknown)
          .starts_with("--from \"no-such\": expected a scenario of those that are checked, "
                       "as is "))
      << refusal(subjects, unknown);
  EXPECT_EQ(refusal(subjects, beside), "--from: goes without --scenario");
}

TEST(CheckPlan, HasNothingToGoOnWithWhenAllIsDone) {
  const auto subjects = two_subjects();
  auto plan = plan_check(subjects, {}, 2);
  ASSERT_TRUE(plan.has_value()) << plan.error();

  for (ScenarioReport& scenario : plan->report.scenarios)
    scenario.status = Status::held;

  EXPECT_EQ(commands_to_go_on(*plan), "");
}

}  // namespace
}  // namespace poolproof::sim
