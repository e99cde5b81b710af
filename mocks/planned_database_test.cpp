#include <poolproof/mocks/mock_database.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>

#include <poolproof/mocks/call_diary.h>
#include <poolproof/mocks/manual_clock.h>

namespace poolproof::mocks {
namespace {

using namespace std::chrono_literals;

/// A database under a plan, at a clock that stands still.
struct PlannedDatabase : testing::Test {
  MockDatabase& with(std::string_view text) {
    plan = FaultPlan::parse(text).value();
    database = std::make_unique<MockDatabase>(plan, clock, &diary);
    return *database;
  }
  std::unique_ptr<DbClient> open() { return database->connect(Instant::max()).value(); }

  FaultPlan plan;
  ManualClock clock;
  CallDiary diary;
  std::unique_ptr<MockDatabase> database;
};

TEST_F(PlannedDatabase, WithoutFaultsEveryCallSucceeds) {
  with("");
  const auto client = open();

  EXPECT_TRUE(client->ping());
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(client->execute("select 1", {}).value(), ResultSet());
  EXPECT_EQ(client->dialect(), Dialect::sqlite);
}

TEST_F(PlannedDatabase, AnswersAsScripted) {
  with("");
  ResultSet answer({"n"});
  answer.add({42});
  database->script("select n", answer);
  database->set_dialect(Dialect::postgresql);
  const auto client = open();

  EXPECT_EQ(client->execute("select n", {}).value(), answer);
  EXPECT_EQ(client->execute("select m", {}).value(), ResultSet());
  EXPECT_EQ(client->dialect(), Dialect::postgresql);
}

TEST_F(PlannedDatabase, FailsWithTheKindThatWasPlanned) {
  with(
      "connect 1 fails with permission_denied; execute 1 fails with deadlock; ping fails with "
      "rejected");

  EXPECT_EQ(database->connect(Instant::max()).error().kind, DbErrorKind::permission_denied);
  const auto client = open();
  EXPECT_EQ(client->execute("select 1", {}).error().kind, DbErrorKind::deadlock);
  EXPECT_EQ(client->ping().error().kind, DbErrorKind::rejected);
  EXPECT_EQ(diary.lines(), (Lines{"connect 1", "connect 1 refused", "connect 2", "connect 2 ok",
                                  "execute 2", "execute 2 conflict", "ping 2", "ping 2 failed"}));
}

TEST_F(PlannedDatabase, CountsSessionsFromConnectToClose) {
  with("");
  auto first = open();
  auto second = open();
  EXPECT_EQ(database->sessions(), 2U);
  EXPECT_EQ(session_of(*second), SessionNumber{2});

  first.reset();
  first = open();
  EXPECT_EQ(session_of(*first), SessionNumber{3});

  EXPECT_EQ(database->sessions(), 2U);
  EXPECT_EQ(database->sessions_peak(), 2U);
  EXPECT_EQ(database->sessions_opened(), 3U);
  EXPECT_EQ(database->sessions_closed(), 1U);
  EXPECT_EQ(database->calls(ClientCall::connect), 3U);
  EXPECT_EQ(database->calls(ClientCall::close), 1U);
}

TEST_F(PlannedDatabase, TellsTheListenerInOrder) {
  with("ping fails; reset throws");
  {
    const auto client = open();
    EXPECT_TRUE(client->execute("select 1", {}));
    EXPECT_FALSE(client->ping());
    EXPECT_THROW((void)client->reset(), std::runtime_error);
  }

  const Lines expected{"connect 1", "connect 1 ok",  "execute 1", "execute 1 ok",
                       "ping 1",    "ping 1 failed", "reset 1",   "reset 1 threw",
                       "close 1",   "close 1 ok"};
  EXPECT_EQ(diary.lines(), expected);
}

TEST_F(PlannedDatabase, FailedCallsSayThatItWasPlanned) {
  with("connect 2 fails; ping fails; execute 2+ fails; reset fails");
  const auto client = open();
  EXPECT_TRUE(client->execute("select 1", {}));

  EXPECT_EQ(database->connect(Instant::max()).error(),
            (DbError{DbErrorKind::connection_failed, "connect 2 failed, as planned (session 2)"}));
  EXPECT_EQ(client->ping().error(),
            (DbError{DbErrorKind::connection_lost, "ping 1 failed, as planned (session 1)"}));
  EXPECT_EQ(client->execute("select 1", {}).error(),
            (DbError{DbErrorKind::rejected, "execute 2 failed, as planned (session 1)"}));
  EXPECT_EQ(client->reset().error(),
            (DbError{DbErrorKind::connection_lost, "reset 1 failed, as planned (session 1)"}));
}

TEST_F(PlannedDatabase, ThrowingCallsSayThatItWasPlanned) {
  with("connect 1 throws; execute throws");

  EXPECT_EQ(thrown_by([&] { (void)database->connect(Instant::max()); }),
            "connect 1 threw, as planned (session 1)");
  const auto client = open();
  EXPECT_EQ(thrown_by([&] { (void)client->execute("select 1", {}); }),
            "execute 1 threw, as planned (session 2)");
}

TEST_F(PlannedDatabase, AFailedConnectLeavesNoSession) {
  with("connect 1 fails; connect 2 throws");

  EXPECT_FALSE(database->connect(Instant::max()));
  EXPECT_THROW((void)database->connect(Instant::max()), std::runtime_error);

  EXPECT_EQ(database->sessions(), 0U);
  EXPECT_EQ(database->sessions_peak(), 1U);
  EXPECT_EQ(database->sessions_opened(), 0U);
  EXPECT_EQ(session_of(*open()), SessionNumber{3});
}

TEST_F(PlannedDatabase, ASlowCallTakesItsTimeAndLeavesOthersAlone) {
  with("ping 1 takes 5ms");
  const auto slow = open();
  std::atomic<bool> is_done = false;
  std::thread caller([&] {
    EXPECT_TRUE(slow->ping());
    is_done = true;
  });
  clock.await_waiters(1);

  const auto other = open();
  EXPECT_TRUE(other->ping());
  clock.advance(4ms);
  EXPECT_FALSE(is_done);

  clock.advance(1ms);
  caller.join();
}

TEST_F(PlannedDatabase, AHangingCallGoesOnWhenItsInstantHasCome) {
  with("reset hangs until 3s; reset fails");
  clock.set(Instant(1s));
  const auto client = open();
  std::thread caller([&] { EXPECT_FALSE(client->reset()); });

  clock.await_waiters(1);
  clock.set(Instant(3s));

  caller.join();
  EXPECT_EQ(diary.lines().back(), "reset 1 failed");
}

TEST_F(PlannedDatabase, AConnectGivesUpAtItsDeadline) {
  with("connect takes 5s; connect fails");
  std::thread caller([&] {
    EXPECT_EQ(database->connect(Instant(2s)).error(),
              (DbError{DbErrorKind::timed_out, "connect timed out"}));
    EXPECT_EQ(clock.now(), Instant(2s));
  });
  clock.await_waiters(1);
  EXPECT_EQ(database->sessions(), 1U);

  clock.advance(2s);
  caller.join();
  EXPECT_EQ(database->sessions(), 0U);
  EXPECT_EQ(diary.lines(), (Lines{"connect 1", "connect 1 timed_out"}));
}

TEST_F(PlannedDatabase, AConnectThatNeedsItsTimeExactlySucceeds) {
  with("connect takes 2s");
  std::thread caller([&] { EXPECT_TRUE(database->connect(Instant(2s))); });

  clock.await_waiters(1);
  clock.advance(2s);

  caller.join();
  EXPECT_EQ(database->sessions_opened(), 1U);
}

TEST_F(PlannedDatabase, ASlowCloseCountsAsASessionUntilItReturns) {
  with("close takes 5ms");
  auto client = open();
  std::thread caller([&] { client.reset(); });

  clock.await_waiters(1);
  EXPECT_EQ(database->sessions(), 1U);
  EXPECT_EQ(database->sessions_closed(), 0U);
  clock.advance(5ms);

  caller.join();
  EXPECT_EQ(database->sessions(), 0U);
  EXPECT_EQ(database->sessions_closed(), 1U);
}

TEST_F(PlannedDatabase, ARestartKillsWhatWasOpenedBefore) {
  with("server restarts at 2s");
  const auto old = open();
  EXPECT_TRUE(old->ping());

  clock.set(Instant(2s));
  const DbError lost{DbErrorKind::connection_lost,
                     "session 1 was lost when the server restarted at 2s"};
  EXPECT_EQ(old->ping().error(), lost);
  EXPECT_EQ(old->reset().error(), lost);
  EXPECT_EQ(old->execute("select 1", {}).error(), lost);

  EXPECT_TRUE(open()->ping());
}

TEST_F(PlannedDatabase, ARestartKillsACallThatIsUnderWay) {
  with("server restarts at 2s; execute takes 5s");
  const auto client = open();
  std::thread caller([&] {
    EXPECT_EQ(client->execute("select 1", {}).error().message,
              "session 1 was lost when the server restarted at 2s");
  });

  clock.await_waiters(1);
  clock.advance(5s);

  caller.join();
}

TEST_F(PlannedDatabase, WithFaultsOffOnlyTheDeadStayDead) {
  with("server restarts at 2s; server restarts at 4s; ping throws; connect 3 fails");
  const auto dead = open();
  clock.set(Instant(3s));
  const auto alive = open();

  database->set_faults_enabled(false);
  clock.set(Instant(5s));
  EXPECT_EQ(dead->ping().error().kind, DbErrorKind::connection_lost);
  EXPECT_TRUE(alive->ping());
  EXPECT_TRUE(database->connect(Instant::max()));

  database->set_faults_enabled(true);
  EXPECT_EQ(alive->ping().error().kind, DbErrorKind::connection_lost);
}

TEST_F(PlannedDatabase, ThrowsANumberWherePlanned) {
  with("ping throws number");
  const auto client = open();

  EXPECT_THROW((void)client->ping(), int);
}

TEST_F(PlannedDatabase, KnowsWhatIsLeftOnASessionUntilItIsReset) {
  with("execute 4 fails");
  const auto client = open();
  const auto left = [&] { return static_cast<MockDbClient&>(*client).leftovers(); };
  ASSERT_TRUE(client->execute("set time zone 'UTC'", {}));
  ASSERT_TRUE(client->execute("begin", {}));
  client->set_deadline(Instant(5s));
  EXPECT_EQ(left(), 1U + 2U + 8U);
  EXPECT_TRUE(client->is_in_transaction());

  ASSERT_TRUE(client->execute("rollback", {}));
  ASSERT_FALSE(client->execute("prepare mine as select 1", {}));
  EXPECT_EQ(left(), 1U + 8U);
  EXPECT_FALSE(client->is_in_transaction());

  ASSERT_TRUE(client->reset());
  EXPECT_EQ(left(), 0U);
}

TEST_F(PlannedDatabase, EndsATransactionByItselfWherePlanned) {
  with("execute 1 ends transaction");
  TableStore store;
  database->attach(store);
  database->set_dialect(Dialect::postgresql);
  const auto client = open();
  ASSERT_TRUE(client->execute("begin", {}));

  const auto answer = client->execute("select id, value from accounts", {});

  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().message, "execute 1 ended its transaction, as planned (session 1)");
  EXPECT_FALSE(client->is_in_transaction());
}

/// A clock on which waiting is the same as time passing.
class LeapingClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const noexcept override { return now_; }
  void sleep_until(Instant instant) override { now_ = std::max(now_, instant); }

 private:
  Instant now_{};
};

struct HangingDatabase : testing::Test {
  std::unique_ptr<DbClient> open(std::string_view text) {
    plan = FaultPlan::parse(text).value();
    database = std::make_unique<MockDatabase>(plan, clock);
    return database->connect(Instant::max()).value();
  }

  FaultPlan plan;
  LeapingClock clock;
  std::unique_ptr<MockDatabase> database;
};

TEST_F(HangingDatabase, GivesUpAPingAtItsDeadline) {
  const auto client = open("ping hangs until 1h");
  client->set_deadline(Instant(2s));
  client->set_validation_timeout(5s);

  EXPECT_EQ(client->ping().error(), (DbError{DbErrorKind::timed_out, "ping timed out"}));

  EXPECT_EQ(clock.now(), Instant(2s));
}

TEST_F(HangingDatabase, GivesUpPingAndResetAfterTheirTimeout) {
  const auto client = open("ping hangs until 1h; reset hangs until 1h");
  client->set_validation_timeout(5s);

  EXPECT_EQ(client->ping().error(), (DbError{DbErrorKind::timed_out, "ping timed out"}));
  EXPECT_EQ(clock.now(), Instant(5s));
  EXPECT_EQ(client->reset().error(), (DbError{DbErrorKind::timed_out, "reset timed out"}));
  EXPECT_EQ(clock.now(), Instant(10s));
}

TEST_F(HangingDatabase, TakesNoNoticeOfADeadlineWhenItFreezes) {
  const auto client = open("ping freezes until 1h; connect 2 freezes until 2h");
  client->set_deadline(Instant(2s));

  EXPECT_FALSE(client->ping());
  EXPECT_EQ(clock.now(), Instant(1h));
  EXPECT_EQ(database->connect(Instant(1s)).error(),
            (DbError{DbErrorKind::timed_out, "connect timed out"}));
  EXPECT_EQ(clock.now(), Instant(2h));
}

TEST_F(PlannedDatabase, ASessionThatDiesIsKnownToBeDeadAndFails) {
  with("session 1 dies at 2s; session 2 vanishes at 2s");
  const auto first = open();
  const auto second = open();
  EXPECT_FALSE(first->is_known_dead());
  clock.advance(2s);

  EXPECT_TRUE(first->is_known_dead());
  EXPECT_FALSE(second->is_known_dead());
  EXPECT_EQ(first->ping().error(),
            (DbError{DbErrorKind::connection_lost, "session 1 died at 2s"}));
  EXPECT_EQ(second->ping().error(),
            (DbError{DbErrorKind::connection_lost, "session 2 died at 2s"}));
  EXPECT_TRUE(open()->ping());
}

TEST_F(PlannedDatabase, OldSessionsOfAServerThatTurnsReadOnlyAnswerPingsAndWriteNothing) {
  with("server turns read-only at 2s");
  const auto old = open();
  clock.advance(2s);
  const auto newer = open();

  EXPECT_TRUE(old->ping());
  EXPECT_TRUE(old->reset());
  EXPECT_EQ(old->execute("insert", {}).error(),
            (DbError{DbErrorKind::read_only,
                     "session 1 may only read: its server is no primary any more"}));
  EXPECT_TRUE(newer->execute("insert", {}));
}

}  // namespace
}  // namespace poolproof::mocks
