#include <poolproof/sim/report/check_text.h>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/report/json_report.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

ScenarioReport scenario(std::string name, Status status) {
  ScenarioReport report;
  report.scenario.name = std::move(name);
  report.asked_for = report.scenario.name;
  report.status = status;
  report.planned = 2000;
  return report;
}

/// One scenario of each status.
class CheckText : public testing::Test {
 protected:
  CheckText() {
    report_.subject = "mine";
    report_.strategy = "random";
    report_.seed = 7;
    report_.capabilities.metrics = false;
    report_.capabilities.why = "it is small";
    report_.scenarios = {
        scenario("two-by-two", Status::held), scenario("hand-off", Status::broken),
        scenario("metrics-under-load", Status::not_applicable),
        scenario("crowd", Status::ended_early), scenario("drain", Status::not_begun)};
    ran(report_.scenarios[0], 2000);
    ran(report_.scenarios[1], 18);
    ran(report_.scenarios[3], 500);
    report_.scenarios[1].failure = FailureReport{
        .execution = 17,
        .scenario = {},
        .token = "pp1:...",
        .explanation = "task 1 waits to lock mutex #1",
        .violations = {{.law = LawId::capacity, .events = {3, 9}, .sentence = "3 of 2"},
                       {.law = LawId::capacity, .events = {12}, .sentence = "4 of 2"},
                       {.law = LawId::progress, .events = {20}, .sentence = "nobody can go on"}},
        .history = {},
        .clients = {},
        .shrunk = {}};
    report_.scenarios[2].missing = "metrics";
  }

  static void ran(ScenarioReport& scenario, std::uint64_t schedules) {
    scenario.schedules = schedules;
    scenario.interleavings = schedules - 1;
    scenario.next = schedules;
    scenario.elapsed = std::chrono::seconds(2);
  }

  [[nodiscard]] std::string line(std::size_t i) const {
    return scenario_line(report_.scenarios[i], report_, scenario_name_width(report_));
  }

  CheckReport report_;
};

TEST_F(CheckText, GivesEachScenarioOneLine) {
  EXPECT_EQ(
      line(0),
      "two-by-two              2,000 schedules      1,999 interleavings      1,000/s  held\n");
  EXPECT_EQ(
      line(1),
      "hand-off                   18 schedules         17 interleavings          9/s  BROKEN in "
      "execution 17: L2 capacity, L14 progress\n");
  EXPECT_EQ(line(2), "metrics-under-load  n/a: needs metrics, which mine declines\n");
  EXPECT_EQ(
      line(3),
      "crowd                     500 schedules        499 interleavings        250/s  held so "
      "far; 1,500 left\n");
  EXPECT_EQ(line(4), "drain               not begun\n");
}

TEST_F(CheckText, CountsRunsOnRealThreads) {
  report_.virtual_time = false;

  EXPECT_EQ(line(0), "two-by-two              2,000 runs      1,000/s  held\n");
}

TEST_F(CheckText, SaysOfEachLawWhetherItHeld) {
  const std::string table = law_table("Laws", law_verdicts(report_));

  EXPECT_TRUE(
      table.starts_with("Laws\n"
                        "  L1   exclusivity                     held\n"
                        "  L2   capacity                        BROKEN in hand-off\n"
                        "  L3   conservation                    held\n"))
      << table;
  EXPECT_NE(table.find("  L11  metrics                         n/a: the pool has no metrics\n"),
            std::string::npos)
      << table;
}

TEST_F(CheckText, NeverCallsALawHeldThatWasTooMuchWorkToJudge) {
  LawSet unknown;
  unknown.add(LawId::linearizability);
  report_.scenarios[0].unknown.add(unknown);
  report_.scenarios[3].unknown.add(unknown);

  const std::string table = law_table("Laws", law_verdicts(report_));
  const std::string text = not_proved_text(report_);
  const std::string json = check_json(report_);

  EXPECT_NE(table.find("  L15  linearizability                 unknown in 2 of 2,518 schedules\n"),
            std::string::npos)
      << table;
  EXPECT_NE(
      text.find("  - Unknown: whether L15 linearizability held in 2 of 2,518 schedules, where "),
      std::string::npos)
      << text;
  EXPECT_NE(json.find("      \"law\": \"L15\",\n"
                      "      \"name\": \"linearizability\",\n"
                      "      \"status\": \"unknown\""),
            std::string::npos)
      << json;
}

TEST_F(CheckText, NeverCallsALawHeldThatThisBuildCannotSeeBroken) {
  const std::string table = law_table("Laws", law_verdicts(report_));

  EXPECT_NE(
      table.find(under_tsan ? "  L17  data races                      held\n"
                            : "  L17  data races                      n/a: this build has no "
                              "ThreadSanitizer and sees no data races\n"),
      std::string::npos)
      << table;
}

TEST_F(CheckText, CallsNoLawHeldWhenNothingRan) {
  report_.scenarios.resize(1);
  report_.scenarios[0] = scenario("two-by-two", Status::not_begun);

  const std::string table = law_table("Laws", law_verdicts(report_));

  EXPECT_NE(table.find("  L1   exclusivity                     not tried\n"), std::string::npos)
      << table;
  EXPECT_EQ(table.find("held"), std::string::npos) << table;
}

TEST_F(CheckText, SaysWhatIsNotProved) {
  const std::string text = not_proved_text(report_);

  EXPECT_TRUE(text.starts_with(
      "What this does not prove\n"
      "  - Tried: 2,518 schedules of 3 scenarios, strategy random, seed 7. Not applicable: 1 "
      "scenario. Not\n"
      "    begun: 1 scenario. Nothing is said about any other.\n"
      "  - Memory order: every schedule was sequentially consistent."))
      << text;
  EXPECT_NE(text.find(under_tsan ? "looked for them" : "cannot see them"), std::string::npos)
      << text;
  EXPECT_TRUE(
      text.ends_with("  - Declined by mine: metrics (it is small).\n"
                     "  - Assumed: every call of the database client returns.\n"))
      << text;
}

TEST_F(CheckText, ShowsEachViolationWithItsLaw) {
  const FailureReport& failure = *report_.scenarios[1].failure;

  EXPECT_EQ(violations_text(failure.violations, failure.explanation),
            "L2 capacity is broken: opening and open sessions, as the server counts them, never "
            "exceed max_size.\n"
            "  3 of 2\n"
            "  4 of 2\n"
            "L14 progress is broken: no deadlock, no livelock: every operation returns, and only "
            "acquire and\n"
            "drain wait for leases.\n"
            "  nobody can go on\n"
            "  How it ended: task 1 waits to lock mutex #1\n");
}

/// The failure of CheckText, as if it had been shrunk: found with one more law broken.
ShrinkReport shrunk_failure() {
  return {.before = {.clients = 12, .operations = 48, .preemptions = 31},
          .after = {.clients = 2, .operations = 3, .preemptions = 1},
          .executions = 1234,
          .token = "pp1:found",
          .command = "poolproof check mine --first 17",
          .violations = {{.law = LawId::exclusivity, .events = {1}, .sentence = "two holders"},
                         {.law = LawId::capacity, .events = {3}, .sentence = "3 of 2"}}};
}

TEST_F(CheckText, SaysHowMuchAFailureWasShrunk) {
  EXPECT_EQ(shrunk_text(shrunk_failure()),
            "shrunk from 12 clients, 48 operations, 31 preemptions to 2 clients, 3 operations, 1 "
            "preemption\n"
            "found with: poolproof check mine --first 17\n");
}

TEST_F(CheckText, BlamesForWhatWasFoundAndNotOnlyForWhatIsLeft) {
  report_.scenarios[1].failure->shrunk = shrunk_failure();

  EXPECT_TRUE(line(1).ends_with("BROKEN in execution 17: L1 exclusivity, L2 capacity\n"))
      << line(1);
  EXPECT_EQ(law_verdicts(report_).front().status, LawVerdict::Status::broken);
}

TEST_F(CheckText, TellsProgramsWhatAFailureWasShrunkFrom) {
  report_.scenarios[1].failure->shrunk = shrunk_failure();

  const std::string json = check_json(report_);

  EXPECT_NE(json.find("        \"shrunk\": {\n"
                      "          \"executions\": 1234,\n"
                      "          \"size\": {\n"
                      "            \"clients\": 2,\n"
                      "            \"operations\": 3,\n"
                      "            \"preemptions\": 1\n"
                      "          },\n"
                      "          \"found_size\": {\n"
                      "            \"clients\": 12,\n"
                      "            \"operations\": 48,\n"
                      "            \"preemptions\": 31\n"
                      "          },\n"
                      "          \"found_token\": \"pp1:found\",\n"
                      "          \"found_with\": \"poolproof check mine --first 17\",\n"),
            std::string::npos)
      << json;
}

TEST_F(CheckText, IsAlsoThereForPrograms) {
  report_.scenarios.resize(3);

  const std::string json = check_json(report_);

  EXPECT_TRUE(
      json.starts_with("{\n"
                       "  \"subject\": \"mine\",\n"
                       "  \"order\": \"fifo\",\n"
                       "  \"declined\": \"metrics\",\n"
                       "  \"threads\": \"sim\",\n"
                       "  \"strategy\": \"random\",\n"
                       "  \"seed\": 7,\n"
                       "  \"verdict\": \"broken\",\n"
                       "  \"scenarios\": [\n"
                       "    {\n"
                       "      \"name\": \"two-by-two\",\n"
                       "      \"status\": \"held\",\n"
                       "      \"schedules\": 2000,\n"
                       "      \"interleavings\": 1999,\n"
                       "      \"next\": 2000\n"
                       "    },\n"))
      << json;
  EXPECT_NE(json.find("      \"failure\": {\n"
                      "        \"execution\": 17,\n"
                      "        \"token\": \"pp1:...\",\n"
                      "        \"explanation\": \"task 1 waits to lock mutex #1\",\n"
                      "        \"violations\": [\n"
                      "          {\n"
                      "            \"law\": \"L2\",\n"
                      "            \"name\": \"capacity\",\n"),
            std::string::npos)
      << json;
  EXPECT_NE(json.find("    {\n"
                      "      \"law\": \"L2\",\n"
                      "      \"name\": \"capacity\",\n"
                      "      \"status\": \"broken\",\n"
                      "      \"scenarios\": \"hand-off\"\n"
                      "    },\n"),
            std::string::npos)
      << json;
}

TEST_F(CheckText, KnowsWhetherACheckCameToItsEnd) {
  EXPECT_EQ(verdict_word(report_), "broken");
  report_.scenarios[1].failure.reset();
  EXPECT_EQ(verdict_word(report_), "ended early");
  report_.scenarios.resize(3);
  EXPECT_EQ(verdict_word(report_), "held");
}

}  // namespace
}  // namespace poolproof::sim
