#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

TEST(SqliteStatementCache, PreparesAStatementOnce) {
  TestDatabase database;
  const TestSession session = database.connect();

  session.run("select 1");
  session.run("select 2");
  session.run("select 1");

  EXPECT_EQ(session->statement_cache().prepares, 2U);
  EXPECT_EQ(session->statement_cache().hits, 1U);
  EXPECT_EQ(session->statement_cache().size, 2U);
}

TEST(SqliteStatementCache, OutlivesTheLease) {
  TestDatabase database;
  ConnectionPool pool({.min_size = 0, .max_size = 1, .misuse_checks = MisuseChecks::off},
                      database.factory(), database.clock);
  const auto select_one = [&pool] {
    const auto lease = pool.acquire();
    EXPECT_TRUE((*lease)->execute("select 1", {}).has_value());
    return static_cast<SqliteClient&>(lease->client()).statement_cache();
  };

  EXPECT_EQ(select_one().prepares, 1U);
  const SqliteCacheCounts after_another_lease = select_one();

  EXPECT_EQ(after_another_lease.prepares, 1U);
  EXPECT_EQ(after_another_lease.hits, 1U);
}

TEST(SqliteStatementCache, LetsTheLongestUnusedGo) {
  TestDatabase database({.statements_max = 2});
  const TestSession session = database.connect();

  session.run("select 1");
  session.run("select 2");
  session.run("select 1");
  session.run("select 3");
  session.run("select 1");

  EXPECT_EQ(session->statement_cache().size, 2U);
  EXPECT_EQ(session->statement_cache().evictions, 1U);
  EXPECT_EQ(session->statement_cache().hits, 2U);
}

TEST(SqliteStatementCache, KeepsNothingWhenItsSizeIsZero) {
  TestDatabase database({.statements_max = 0});
  const TestSession session = database.connect();

  EXPECT_EQ(session.ask("select $1", {1}), Value(1));
  EXPECT_EQ(session.ask("select $1", {2}), Value(2));

  EXPECT_EQ(session->statement_cache().prepares, 2U);
  EXPECT_EQ(session->statement_cache().size, 0U);
}

TEST(SqliteStatementCache, KeepsNothingThatCouldNotBePrepared) {
  TestDatabase database;
  const TestSession session = database.connect();

  session.fail("select");
  session.fail("select");

  EXPECT_EQ(session->statement_cache().prepares, 2U);
  EXPECT_EQ(session->statement_cache().size, 0U);
}

TEST(SqliteStatementCache, FollowsTheSchema) {
  TestDatabase database;
  const TestSession session = database.connect();
  session.run("create table t (n integer)");
  session.run("insert into t values (1)");
  EXPECT_EQ(session.run("select * from t").columns().size(), 1U);

  session.run("alter table t add column b boolean default 1");
  const ResultSet result = session.run("select * from t");

  EXPECT_EQ(result.columns(), (std::vector<Column>{{"n", "INTEGER"}, {"b", "boolean"}}));
  EXPECT_EQ(result.values(), (std::vector<Value>{1, true}));
}

TEST(SqliteStatementCache, HoldsNoLocks) {
  TestDatabase database({.uses_wal = false});
  const TestSession session = database.connect();
  session.run("create table t (n integer)");
  session.run("insert into t values (1), (2)");
  session.run("select n from t");
  const auto shown = session.stream("select n from t", {}, [](RowView) { return false; });

  EXPECT_EQ(shown.value_or(0), 1U);
  database.connect().run("begin exclusive");
  EXPECT_EQ(database.clock.sleeps, 0);
}

}  // namespace
}  // namespace poolproof
