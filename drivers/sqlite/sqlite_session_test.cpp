#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

class SqliteSession : public testing::Test {
 protected:
  SqliteSession() { session_.run("create table t (n integer, b boolean)"); }

  TestDatabase database_;
  TestSession session_ = database_.connect();
};

TEST_F(SqliteSession, CountsTheRowsThatAStatementTouches) {
  EXPECT_EQ(session_.run("insert into t (n) values (1), (2), (3)").affected_rows(), 3U);
  EXPECT_EQ(session_.run("update t set n = n + 1 where n > 1").affected_rows(), 2U);
  EXPECT_EQ(session_.run("update t set n = 0 where n > 99").affected_rows(), 0U);
  EXPECT_EQ(session_.run("delete from t").affected_rows(), 3U);
}

TEST_F(SqliteSession, CountsNoRowsForStatementsThatTouchNone) {
  session_.run("insert into t (n) values (1), (2), (3)");

  EXPECT_EQ(session_.run("select * from t").affected_rows(), 0U);
  EXPECT_EQ(session_.run("create table u (n integer)").affected_rows(), 0U);
  EXPECT_EQ(session_.run("alter table u rename to v").affected_rows(), 0U);
  EXPECT_EQ(session_.run("drop table v").affected_rows(), 0U);
  EXPECT_EQ(session_.run("begin immediate").affected_rows(), 0U);
  EXPECT_EQ(session_.run("commit").affected_rows(), 0U);
}

TEST_F(SqliteSession, CountsAndReturnsTheRowsOfReturning) {
  const ResultSet result = session_.run("insert into t (n) values (1), (2) returning n * 10");

  EXPECT_EQ(result.affected_rows(), 2U);
  EXPECT_EQ(result.values(), (std::vector<Value>{10, 20}));
}

TEST_F(SqliteSession, LeavesWhatTriggersTouchUncounted) {
  session_.run("create table log (n integer)");
  session_.run(
      "create trigger logs after insert on t begin insert into log values (new.n), (new.n); end");

  EXPECT_EQ(session_.run("insert into t (n) values (1)").affected_rows(), 1U);
}

TEST_F(SqliteSession, NamesTheColumnsOfAnEmptyResult) {
  const ResultSet result = session_.run("select n, b from t");

  EXPECT_TRUE(result.empty());
  EXPECT_EQ(result.columns(), (std::vector<Column>{{"n", "INTEGER"}, {"b", "boolean"}}));
}

TEST_F(SqliteSession, KnowsWhetherATransactionIsOpen) {
  EXPECT_FALSE(session_->is_in_transaction());
  session_.run("begin");
  EXPECT_TRUE(session_->is_in_transaction());
  session_.run("rollback");
  EXPECT_FALSE(session_->is_in_transaction());
  session_.run("savepoint s");
  EXPECT_TRUE(session_->is_in_transaction());
}

TEST_F(SqliteSession, RollsBackWhenItIsReset) {
  session_.run("begin");
  session_.run("insert into t (n) values (1)");

  EXPECT_TRUE(session_->reset().has_value());

  EXPECT_FALSE(session_->is_in_transaction());
  EXPECT_EQ(session_.ask("select count(*) from t"), Value(0));
}

TEST_F(SqliteSession, IsRolledBackWhenItsLeaseEnds) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database_.factory(), database_.clock);
  {
    const auto lease = pool.acquire();
    EXPECT_TRUE((*lease)->execute("begin", {}).has_value());
    EXPECT_TRUE((*lease)->execute("insert into t (n) values (1)", {}).has_value());
  }

  EXPECT_FALSE((*pool.acquire())->is_in_transaction());
  EXPECT_EQ(session_.ask("select count(*) from t"), Value(0));
}

TEST_F(SqliteSession, HasNoDeadlineAfterAReset) {
  session_.run("begin");
  session_->set_deadline(database_.clock.now());

  EXPECT_TRUE(session_->reset().has_value());

  EXPECT_EQ(session_.ask("select 1"), Value(1));
}

TEST_F(SqliteSession, AnswersAPingWhateverOthersLock) {
  const TestSession other = database_.connect();
  other.run("begin exclusive");
  session_->set_deadline(database_.clock.now());

  EXPECT_TRUE(session_->ping().has_value());
}

TEST_F(SqliteSession, SpeaksSqlite) {
  EXPECT_EQ(session_->dialect(), Dialect::sqlite);
}

}  // namespace
}  // namespace poolproof
