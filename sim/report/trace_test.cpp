#include <poolproof/sim/report/trace.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

using std::chrono::milliseconds;

constexpr ClientName nobody{};

Instant at(int ms) {
  return Instant(milliseconds(ms));
}

/// A holder and a waiter share one connection, and the waiter is woken too late.
class Trace : public testing::Test {
 protected:
  Trace() {
    scenario_.clients = {{.name = "holder", .steps = {}},
                         {.name = "waiter", .count = 2, .steps = {}}};
    clients_ = {nobody, {0, 0}, {1, 0}, {1, 1}};
    history_.events = {
        {.kind = EventKind::call,
         .operation = Operation::acquire,
         .task = TaskId{1},
         .timeout = milliseconds(5)},
        {.kind = EventKind::client_begin,
         .operation = Operation::acquire,
         .client_call = ClientCall::connect,
         .task = TaskId{1},
         .session = SessionId{1}},
        {.at = at(1),
         .kind = EventKind::client_end,
         .operation = Operation::acquire,
         .client_call = ClientCall::connect,
         .task = TaskId{1},
         .session = SessionId{1}},
        {.at = at(1),
         .kind = EventKind::ret,
         .operation = Operation::acquire,
         .task = TaskId{1},
         .session = SessionId{1}},
        {.at = at(1),
         .kind = EventKind::call,
         .operation = Operation::acquire,
         .task = TaskId{2},
         .timeout = Duration::max()},
        {.at = at(1),
         .kind = EventKind::observed,
         .task = TaskId{2},
         .pool_event = PoolEventKind::queued,
         .waiter = 1},
        {.at = at(1),
         .kind = EventKind::parked,
         .operation = Operation::acquire,
         .task = TaskId{2}},
        {.at = at(1), .kind = EventKind::call, .operation = Operation::metrics, .task = TaskId{3}},
        {.at = at(1),
         .kind = EventKind::ret,
         .operation = Operation::metrics,
         .task = TaskId{3},
         .snapshot = 1},
        {.at = at(1),
         .kind = EventKind::call,
         .operation = Operation::release,
         .task = TaskId{1},
         .session = SessionId{1}},
        {.at = at(1),
         .kind = EventKind::observed,
         .operation = Operation::release,
         .task = TaskId{1},
         .pool_event = PoolEventKind::state_changed,
         .from = ConnectionState::in_use,
         .to = ConnectionState::idle,
         .connection = 1},
        {.at = at(1),
         .kind = EventKind::client_begin,
         .operation = Operation::release,
         .client_call = ClientCall::reset,
         .task = TaskId{1},
         .session = SessionId{1}},
        {.at = at(1),
         .kind = EventKind::client_end,
         .operation = Operation::release,
         .client_call = ClientCall::reset,
         .outcome = Outcome::failed,
         .task = TaskId{1},
         .session = SessionId{1}},
        {.at = at(1), .kind = EventKind::ret, .operation = Operation::release, .task = TaskId{1}},
        {.at = at(1), .kind = EventKind::stalled, .outcome = Outcome::deadlock},
        {.at = at(1), .kind = EventKind::finished, .outcome = Outcome::deadlock},
    };
    history_.snapshots = {{.total = 1, .in_use = 1, .waiting = 1}};
    violations_ = {{.law = LawId::no_lost_wakeup, .events = {6, 14}, .sentence = ""},
                   {.law = LawId::progress, .events = {14}, .sentence = ""}};
  }

  [[nodiscard]] TraceSource source() const {
    return {.scenario = scenario_,
            .history = history_,
            .clients = clients_,
            .violations = violations_};
  }

  Scenario scenario_;
  std::vector<ClientName> clients_;
  History history_;
  std::vector<Violation> violations_;
};

TEST_F(Trace, ShowsAColumnForEachTaskOverTime) {
  EXPECT_EQ(
      print_trace(source()),
      "           time  holder                     waiter 1                   waiter 2\n"
      "             0s  acquire 5ms\n"
      "                   connect #1 ...\n"
      "            1ms    connect #1 ok\n"
      "                 = #1\n"
      "                                            acquire forever\n"
      "                                              waits as no. 1\n"
      "L5>                                           sleeps\n"
      "                                                                       metrics = total 1, "
      "idle 0, ..\n"
      "                 release #1\n"
      "                   reset #1 failed\n"
      "                 = ok\n"
      "L5>              ---- nobody can run, and no time is left to wait for ----\n"
      "                 ---- the end: deadlock ----\n");
}

TEST_F(Trace, ShowsWhatTheObserverSaidWhereItClashes) {
  violations_ = {{.law = LawId::transitions, .events = {10}, .sentence = ""}};

  EXPECT_NE(print_trace(source()).find("L4>                connection 1: in_use to idle\n"),
            std::string::npos)
      << print_trace(source());
}

TEST_F(Trace, BecomesAListWhenThereAreTooManyTasksForColumns) {
  for (std::uint16_t task = 4; task < 8; ++task) {
    history_.events.insert(history_.events.end() - 1,
                           {.at = at(2), .kind = EventKind::parked, .task = TaskId{task}});
  }

  const std::string text = print_trace(source());

  EXPECT_TRUE(
      text.starts_with("           time  task      what\n"
                       "             0s  holder    acquire 5ms\n"
                       "                 holder      connect #1 ...\n"))
      << text;
  EXPECT_NE(text.find("            2ms  task 4      sleeps\n"), std::string::npos) << text;
}

TEST_F(Trace, LeavesOutTheMiddleWhenItIsTooLong) {
  TraceSource source = this->source();
  source.rows_max = 8;

  EXPECT_EQ(
      print_trace(source),
      "           time  holder                     waiter 1                   waiter 2\n"
      "             0s  acquire 5ms\n"
      "                   connect #1 ...\n"
      "                 ... 5 rows left out; replay shows all\n"
      "            1ms                                                        metrics = total 1, "
      "idle 0, ..\n"
      "                 release #1\n"
      "                   reset #1 failed\n"
      "                 = ok\n"
      "L5>              ---- nobody can run, and no time is left to wait for ----\n"
      "                 ---- the end: deadlock ----\n");
}

TEST_F(Trace, StaysWithinItsWidth) {
  scenario_.clients[1].name = std::string(64, 'w');

  std::size_t begin = 0;
  const std::string text = print_trace(source());
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    EXPECT_LE(end - begin, trace_width) << text.substr(begin, end - begin);
}

TEST_F(Trace, NamesTasksAfterTheirClients) {
  const std::vector<ClientName> clients{nobody, nobody, {1, 0}, {0, 0}, {1, 1}, nobody};

  EXPECT_EQ(
      task_names(scenario_, clients),
      (std::vector<std::string>{"main", "pool", "waiter 1", "holder", "waiter 2", "pool 2"}));
}

TEST_F(Trace, NumbersClientsOfScriptsThatShareAName) {
  scenario_.clients[1].name = "holder";
  const std::vector<ClientName> clients{nobody, {0, 0}, {1, 0}, {1, 1}};

  EXPECT_EQ(task_names(scenario_, clients),
            (std::vector<std::string>{"main", "holder 1", "holder 2", "holder 3"}));
}

TEST_F(Trace, ListsEveryStep) {
  const std::vector<LoggedStep> steps{
      {.task = TaskId{0}, .intent = {IntentKind::spawn, 1}, .at = at(0)},
      {.task = TaskId{1}, .intent = {IntentKind::lock, 3}, .at = at(5)},
      {.actor = Actor::timer,
       .task = TaskId{1},
       .intent = {IntentKind::notify_one, 4},
       .at = at(6)},
      {.actor = Actor::timer, .task = TaskId{1}, .intent = {IntentKind::sleep, 0}, .at = at(7)},
      {.actor = Actor::spurious,
       .task = TaskId{1},
       .intent = {IntentKind::notify_one, 4},
       .at = at(7)},
      {.task = TaskId{9}, .intent = {IntentKind::yield, 0}, .at = at(7)}};
  SourceLines sources;

  EXPECT_EQ(print_steps(steps, task_names(scenario_, clients_), sources),
            "  step      time  task                  does                             where\n"
            "     1        0s  main                  spawn task #1\n"
            "     2       5ms  holder                lock mutex #3\n"
            "     3       6ms  holder                its wait times out\n"
            "     4       7ms  holder                its sleep ends\n"
            "     5       7ms  holder                is woken for no reason\n"
            "     6       7ms  task 9                yield\n"
            "No step has a line of source: " +
                std::string(how_to_have_lines()) + ".\n");
}

}  // namespace
}  // namespace poolproof::sim
