#include <poolproof/core/db/transaction.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

constexpr std::string_view not_undone =
    "rejected: a pragma, an attached database or something temporary is left, which no reset "
    "undoes";

class SqliteReset : public testing::Test {
 protected:
  SqliteReset() { session_.run("create table t (n integer)"); }

  /// What the reset of a session says that ran nothing but `sql`.
  std::string said_after(std::string_view sql, const std::vector<Value>& parameters = {}) {
    const TestSession session = database_.connect();
    session.run(sql, parameters);
    const auto done = session->reset();
    return done ? "done" : to_string(done.error());
  }

  TestDatabase database_;
  TestSession session_ = database_.connect();
};

TEST_F(SqliteReset, EnforcesForeignKeysAgain) {
  session_.run("pragma foreign_keys = off");

  EXPECT_TRUE(session_->reset().has_value());

  EXPECT_EQ(session_.ask("pragma foreign_keys"), Value(1));
}

TEST_F(SqliteReset, EnforcesForeignKeysAgainHoweverThePragmaIsSpelled) {
  const std::string spelled = "/* quietly */ PrAgMa Foreign_Keys(0)";
  for (int lease = 0; lease < 2; ++lease) {  // The second time it is prepared already.
    session_.run(spelled);
    EXPECT_EQ(session_.ask("pragma foreign_keys"), Value(0));
    EXPECT_TRUE(session_->reset().has_value());
  }

  EXPECT_EQ(session_.ask("pragma foreign_keys"), Value(1));
}

TEST_F(SqliteReset, LetsWritesInAgain) {
  for (int lease = 0; lease < 2; ++lease) {
    session_.run("pragma query_only = on");
    EXPECT_EQ(session_.ask("pragma query_only"), Value(1));
    EXPECT_TRUE(session_->reset().has_value());
  }

  session_.run("insert into t values (1)");
}

TEST_F(SqliteReset, LetsWritesInAgainAfterATransactionThatCouldNotBegin) {
  session_.run("begin");
  EXPECT_FALSE(
      Transaction::begin(*session_.operator->(), database_.clock, {.is_read_only = true}));

  EXPECT_TRUE(session_->reset().has_value());

  session_.run("insert into t values (1)");
}

TEST_F(SqliteReset, FailsAfterAPragmaThatSetsSomethingElse) {
  EXPECT_EQ(said_after("pragma case_sensitive_like = on"), not_undone);
  EXPECT_EQ(said_after("PRAGMA main.Cache_Size(7)"), not_undone);
  EXPECT_EQ(said_after("pragma busy_timeout = 7"), not_undone);
}

TEST_F(SqliteReset, FailsAfterSomethingTemporary) {
  EXPECT_EQ(said_after("create temp table x (n)"), not_undone);
  EXPECT_EQ(said_after("create table temp.x (n)"), not_undone);
  EXPECT_EQ(said_after("create temporary table x as select 1"), not_undone);
  EXPECT_EQ(said_after("create temp view x as select 1"), not_undone);
  EXPECT_EQ(said_after("create virtual table temp.x using fts5 (n)"), not_undone);
  EXPECT_EQ(said_after("create temp trigger x after insert on t begin select 1; end"), not_undone);
}

TEST_F(SqliteReset, FailsAfterAnAttachedDatabase) {
  EXPECT_EQ(said_after("attach ':memory:' as x"), not_undone);
  EXPECT_EQ(said_after("attach $1 as x", {":memory:"}), not_undone);
}

TEST_F(SqliteReset, FailsFromThenOn) {
  session_.run("create temp table x (n)");

  EXPECT_FALSE(session_->reset().has_value());
  EXPECT_FALSE(session_->reset().has_value());
}

TEST_F(SqliteReset, FailsAfterAPragmaThatWasOneStatementTooMany) {
  session_.fail("pragma case_sensitive_like = on; select 1");

  EXPECT_FALSE(session_->reset().has_value());
}

TEST_F(SqliteReset, IsDoneAfterPragmasThatOnlyTell) {
  EXPECT_EQ(said_after("pragma foreign_keys"), "done");
  EXPECT_EQ(said_after("pragma cache_size"), "done");
  EXPECT_EQ(said_after("pragma table_info(t)"), "done");
  EXPECT_EQ(said_after("PRAGMA Index_List = t"), "done");
  EXPECT_EQ(said_after("pragma integrity_check(1)"), "done");
  EXPECT_EQ(said_after("select * from pragma_table_info('t')"), "done");
}

TEST_F(SqliteReset, IsDoneAfterWhatStaysInTheFile) {
  EXPECT_EQ(said_after("pragma user_version = 7"), "done");
  EXPECT_EQ(said_after("pragma wal_checkpoint(truncate)"), "done");
  EXPECT_EQ(said_after("create virtual table x using fts5 (n)"), "done");
  EXPECT_EQ(said_after("create trigger y after insert on t begin select 'temp'; end"), "done");
  EXPECT_EQ(said_after("analyze"), "done");
}

TEST_F(SqliteReset, IsDoneAfterATransactionThatOnlyRead) {
  for (int lease = 0; lease < 2; ++lease) {
    auto reading =
        Transaction::begin(*session_.operator->(), database_.clock, {.is_read_only = true});
    ASSERT_TRUE(reading.has_value());
    EXPECT_TRUE(reading->commit().has_value());
    EXPECT_TRUE(session_->reset().has_value());
  }
}

TEST_F(SqliteReset, ThatFailsBringsTheNextLeaseAnotherSession) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database_.factory(), database_.clock);
  {
    const auto lease = pool.acquire();
    for (const std::string_view sql :
         {"create temp table x (n)", "attach ':memory:' as other",
          "pragma case_sensitive_like = on", "pragma query_only = on"})
      EXPECT_TRUE((*lease)->execute(sql, {}).has_value());
  }

  const auto lease = pool.acquire();
  EXPECT_EQ((*lease)->execute("select * from x", {}).error().message, "no such table: x");
  EXPECT_EQ((*lease)->execute("select * from other.y", {}).error().message,
            "no such table: other.y");
  EXPECT_EQ((*lease)->execute("select 'A' like 'a'", {})->values(), std::vector<Value>{1});
  EXPECT_TRUE((*lease)->execute("insert into t values (1)", {}).has_value());
}

}  // namespace
}  // namespace poolproof
