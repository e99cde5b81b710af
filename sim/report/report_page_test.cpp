#include <poolproof/sim/report/report_page.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using AnyJson = nlohmann::json;

/// A client takes the only connection; another waits, at the second of three steps.
class ReportPage : public testing::Test {
 protected:
  ReportPage() {
    scenario_.name = "two";
    scenario_.pool.max_size = 1;
    scenario_.clients = {{.name = "holder", .steps = {}}, {.name = "waiter", .steps = {}}};
    clients_ = {ClientName{}, {0, 0}, {1, 0}};
    h_.takes(1, 1).acquire(2).parked(2).gives_back(1, 1).got(2, 1).finished();
    steps_ = {{.task = TaskId{1}, .intent = {IntentKind::lock, 1}, .events = 0},
              {.task = TaskId{2},
               .intent = {IntentKind::wait, 2},
               .events = 5,
               .waiting = {{.task = TaskId{1},
                            .intent = {IntentKind::lock, 1},
                            .until = Instant(std::chrono::milliseconds(3)),
                            .held_by = TaskId{2}}}},
              {.actor = Actor::spurious, .task = TaskId{2}, .events = 6}};
    violations_ = {{.law = LawId::exclusivity, .events = {3, 9}, .sentence = "</script> & co"}};
  }

  [[nodiscard]] PageSource source() const {
    return {.subject = "mine",
            .token = "pp1:x",
            .explanation = "",
            .trace = {.scenario = scenario_,
                      .history = h_.history(),
                      .clients = clients_,
                      .violations = violations_},
            .steps = steps_};
  }

  static AnyJson data_of(const std::string& page) {
    const std::string begin = R"(type="application/json">)";
    const auto at = page.find(begin) + begin.size();
    return AnyJson::parse(page.substr(at, page.find("</script>", at) - at));
  }

  HistoryBuilder h_;
  Scenario scenario_;
  std::vector<ClientName> clients_;
  std::vector<LoggedStep> steps_;
  std::vector<Violation> violations_;
};

TEST_F(ReportPage, PutsStepsAndEventsInTheOrderInWhichTheyHappened) {
  const AnyJson page = data_of(report_page(source()));
  std::vector<std::string> rows;
  for (const AnyJson& row : page["rows"])
    rows.push_back(row["text"]);

  EXPECT_EQ(rows, (std::vector<std::string>{
                      "lock mutex #1", "acquire 5s", "  connect #1 ...", "  connect #1 ok", "= #1",
                      "acquire 5s", "wait on condition_variable #2", "  sleeps",
                      "is woken for no reason", "release #1", "= ok", "= #1", "the end: ok"}));
}

TEST_F(ReportPage, SaysWhatEachTaskWaitsFor) {
  const AnyJson step = data_of(report_page(source()))["rows"][6];

  EXPECT_EQ(step["step"], 2);
  EXPECT_EQ(step["object"], 2);
  EXPECT_EQ(step["waiting"],
            AnyJson::parse(R"({"1": "waits to lock mutex #1, held by waiter, until 3ms"})"));
}

TEST_F(ReportPage, MarksTheEventsThatClash) {
  const AnyJson page = data_of(report_page(source()));

  EXPECT_EQ(page["violations"][0]["label"], "L1");
  EXPECT_EQ(page["violations"][0]["events"], AnyJson::parse("[3, 9]"));
  EXPECT_EQ(page["rows"][4]["marks"], "L1");
  EXPECT_EQ(page["rows"][5]["marks"], "");
}

TEST_F(ReportPage, ShowsThePoolAtEachRow) {
  const AnyJson page = data_of(report_page(source()));
  const AnyJson& asleep = page["pictures"][page["rows"][8]["picture"].get<std::size_t>()];

  EXPECT_EQ(page["slots"], 1);
  EXPECT_EQ(page["pictures"][0],
            AnyJson::parse(R"({"gate":"open","sessions":[],"connections":[],"queue":[]})"));
  EXPECT_EQ(
      asleep,
      AnyJson::parse(R"({"gate":"open","sessions":[{"session":1,"status":"leased","holders":[1]}],
                                    "connections":[],"queue":[2]})"));
}

// A page is text from elsewhere: a scenario's name, a law's sentence.
TEST_F(ReportPage, LetsNothingEndTheElementThatHoldsItsData) {
  const std::string page = report_page(source());

  EXPECT_EQ(data_of(page)["violations"][0]["sentence"], "</script> & co");
}

TEST_F(ReportPage, IsTheSameForTheSame) {
  EXPECT_EQ(report_page(source()), report_page(source()));
}

TEST_F(ReportPage, ShowsTheEndOfWhatIsTooLong) {
  for (int i = 0; i < 5'000; ++i)
    h_.tries(1, Outcome::exhausted);

  const AnyJson page = data_of(report_page(source()));

  EXPECT_EQ(page["rows"].size(), 5'000U);
  EXPECT_EQ(page["left_out"], 5'013U);
  EXPECT_EQ(page["rows"].back()["text"], "= exhausted");
}

TEST_F(ReportPage, NeedsNoSteps) {
  steps_.clear();

  EXPECT_EQ(data_of(report_page(source()))["rows"].size(), h_.history().events.size());
}

/// name, phase and track of each trace event that is not about names of tracks.
std::vector<std::string> slices(const AnyJson& trace) {
  std::vector<std::string> all;
  for (const AnyJson& event : trace["traceEvents"]) {
    if (event["ph"] == "M") continue;
    all.push_back(event["ph"].get<std::string>() + " " + std::to_string(event["pid"].get<int>()) +
                  "/" + std::to_string(event["tid"].get<int>()) + " " +
                  event["name"].get<std::string>());
  }
  return all;
}

TEST_F(ReportPage, HasTheSameAsATraceOfNestedSlices) {
  const AnyJson trace = AnyJson::parse(trace_events(source()));

  EXPECT_EQ(slices(trace), (std::vector<std::string>{"i 1/1 1: lock mutex #1",
                                                     "B 1/1 acquire 5s",
                                                     "B 1/1 connect #1 ...",
                                                     "E 1/1 connect #1 ok",
                                                     "E 1/1 = #1",
                                                     "i 1/1 breaks L1",
                                                     "B 2/1 holder",
                                                     "B 1/2 acquire 5s",
                                                     "i 1/2 2: wait on condition_variable #2",
                                                     "i 1/2 sleeps",
                                                     "C 1/0 waiting",
                                                     "i 1/2 3: is woken for no reason",
                                                     "B 1/1 release #1",
                                                     "E 2/1 holder",
                                                     "E 1/1 = ok",
                                                     "E 1/2 = #1",
                                                     "B 2/1 waiter",
                                                     "C 1/0 waiting",
                                                     "i 1/0 the end: ok",
                                                     "i 1/0 breaks L1"}));
}

TEST_F(ReportPage, NamesTheTracksOfTheTrace) {
  const AnyJson trace = AnyJson::parse(trace_events(source()));

  EXPECT_EQ(trace["traceEvents"][0]["args"]["name"], "tasks");
  EXPECT_EQ(trace["traceEvents"][1]["args"]["name"], "sessions");
  EXPECT_EQ(trace["traceEvents"][2]["args"]["name"], "holder");
  EXPECT_EQ(trace["traceEvents"][3]["ts"], 0);
  EXPECT_EQ(trace["traceEvents"].back()["ts"], 12);
}

}  // namespace
}  // namespace poolproof::sim
