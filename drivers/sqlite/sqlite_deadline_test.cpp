#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

constexpr std::string_view endless =
    "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c";

class SqliteDeadline : public testing::Test {
 protected:
  SqliteDeadline() { session_.run("create table t (n integer)"); }

  /// Whoever looks at the clock finds a millisecond gone.
  void set_deadline_in(Duration timeout) {
    database_.clock.tick = milliseconds(1);
    session_->set_deadline(database_.clock.now() + timeout);
  }

  TestDatabase database_;
  TestSession session_ = database_.connect();
};

TEST_F(SqliteDeadline, InterruptsAStatementThatRuns) {
  set_deadline_in(milliseconds(50));

  const std::string sql(endless);
  EXPECT_EQ(to_string(session_.fail(sql)),
            "timed_out (9): the deadline passed while the statement ran in: " + sql);
}

TEST_F(SqliteDeadline, LeavesTheSessionUsable) {
  set_deadline_in(milliseconds(50));
  session_.fail(endless);

  session_->set_deadline(Instant::max());

  EXPECT_EQ(session_.ask("select count(*) from t"), Value(0));
}

TEST_F(SqliteDeadline, LetsNothingBeginAfterIt) {
  session_->set_deadline(database_.clock.now());

  EXPECT_EQ(to_string(session_.fail("insert into t values (1)")),
            "timed_out: the deadline had passed before the statement began in: insert into t "
            "values (1)");
  session_->set_deadline(Instant::max());
  EXPECT_EQ(session_.ask("select count(*) from t"), Value(0));
}

TEST_F(SqliteDeadline, EndsTheTransactionOfAWriteThatItInterrupts) {
  session_.run("begin");
  session_.run("insert into t values (1)");
  set_deadline_in(milliseconds(50));

  const DbError error = session_.fail("insert into t " + std::string(endless));

  EXPECT_EQ(error.kind, DbErrorKind::timed_out);
  EXPECT_FALSE(session_->is_in_transaction());
}

TEST_F(SqliteDeadline, LeavesTheTransactionOfAReadOpen) {
  session_.run("begin");
  session_.run("insert into t values (1)");
  set_deadline_in(milliseconds(50));

  EXPECT_EQ(session_.fail(endless).kind, DbErrorKind::timed_out);
  EXPECT_TRUE(session_->is_in_transaction());
}

TEST_F(SqliteDeadline, IsSeenBetweenTheRowsOfASlowVisitor) {
  const std::string sql = "select 1 union all select 2 union all select 3";
  session_->set_deadline(database_.clock.now() + milliseconds(50));

  const auto shown = session_.stream(sql, {}, [&](RowView) {
    database_.clock.sleep_until(database_.clock.now() + milliseconds(40));
    return true;
  });

  ASSERT_FALSE(shown.has_value());
  EXPECT_EQ(to_string(shown.error()),
            "timed_out (9): the deadline passed while the statement ran in: " + sql);
}

TEST_F(SqliteDeadline, CutsTheWaitForALockShort) {
  const TestSession other = database_.connect();
  other.run("begin immediate");
  const Instant deadline = database_.clock.now() + milliseconds(100);
  session_->set_deadline(deadline);

  EXPECT_EQ(to_string(session_.fail("insert into t values (1)")),
            "timed_out (5): the deadline passed while database is locked in: insert into t values "
            "(1)");
  EXPECT_EQ(database_.clock.now(), deadline);
}

TEST_F(SqliteDeadline, LeavesThePatienceWithLocksToTheBusyTimeout) {
  const TestSession other = database_.connect();
  other.run("begin immediate");
  const Instant begin = database_.clock.now();
  session_->set_deadline(begin + seconds(10));

  EXPECT_EQ(session_.fail("insert into t values (1)").kind, DbErrorKind::busy);
  EXPECT_EQ(database_.clock.now() - begin, seconds(5));
}

TEST_F(SqliteDeadline, IsNotNeededByALockThatIsLetGo) {
  const TestSession other = database_.connect();
  other.run("begin immediate");
  database_.clock.while_sleeping = [&] {
    if (database_.clock.sleeps == 3) other.run("commit");
  };
  const Instant begin = database_.clock.now();

  EXPECT_EQ(session_.run("insert into t values (1)").affected_rows(), 1U);
  EXPECT_EQ(database_.clock.now() - begin, milliseconds(1 + 2 + 5));
}

TEST(SqliteBusyTimeout, OfZeroDoesNotWait) {
  TestDatabase database({.busy_timeout = Duration::zero()});
  const TestSession session = database.connect();
  const TestSession other = database.connect();
  other.run("begin immediate");

  EXPECT_EQ(session.fail("begin immediate").kind, DbErrorKind::busy);
  EXPECT_EQ(database.clock.sleeps, 0);
}

TEST(SqliteBusyTimeout, DoesNotKeepTwoReadersWaitingForEachOtherToWrite) {
  TestDatabase database({.uses_wal = false});
  const TestSession one = database.connect();
  const TestSession other = database.connect();
  one.run("create table t (n integer)");
  one.run("begin");
  other.run("begin");
  one.ask("select count(*) from t");
  other.ask("select count(*) from t");
  one.run("insert into t values (1)");

  EXPECT_EQ(other.fail("insert into t values (2)").kind, DbErrorKind::busy);
  EXPECT_EQ(database.clock.sleeps, 0);
}

}  // namespace
}  // namespace poolproof
