#include <gtest/gtest.h>

#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

constexpr const char* count_prepared =
    "select count(*) from pg_prepared_statements where name like 'poolproof_%'";

TEST(PostgresPreparedStatements, AreKeptAndOutliveAReset) {
  const auto client = connect_for_test({.address = {}, .reset = PostgresReset::always});
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(value_of(*client, "select $1 + 1", {i}), Value(i + 1));
  EXPECT_TRUE(client->reset());
  EXPECT_EQ(value_of(*client, count_prepared), Value(2));
}

TEST(PostgresPreparedStatements, TheOneNotUsedForLongestGoesFirst) {
  const auto client = connect_for_test({.address = {}, .statements_max = 2});
  answer(*client, "select 'first'");
  answer(*client, "select 'second'");
  answer(*client, "select 'first'");
  const ResultSet kept = answer(
      *client,
      "select statement from pg_prepared_statements where statement like 'select ''%' order by 1");
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept.row(0).at(0U), Value("select 'first'"));
  EXPECT_EQ(value_of(*client, count_prepared), Value(2));
}

TEST(PostgresPreparedStatements, AreNoneWhereNoneAreWanted) {
  const auto client = connect_for_test({.address = {}, .statements_max = 0});
  EXPECT_EQ(value_of(*client, "select $1 + 1", {1}), Value(2));
  EXPECT_EQ(value_of(*client, count_prepared), Value(0));
}

TEST(PostgresPreparedStatements, AnAbortedTransactionCanBeLeftAlthoughThereIsNoRoom) {
  const auto client = connect_for_test({.address = {}, .statements_max = 1});
  answer(*client, "begin");
  error_of(*client, "select 1 / 0");
  answer(*client, "rollback");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresPreparedStatements, AParameterOfAnotherKindIsAnotherStatement) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select $1", {1}), Value(1));
  EXPECT_EQ(value_of(*client, "select $1", {1.5}), Value(1.5));
  EXPECT_EQ(value_of(*client, "select $1", {"text"}), Value("text"));
  EXPECT_EQ(value_of(*client, "select $1", {Value()}), Value());
}

TEST(PostgresPreparedStatements, ATableThatHasChangedIsNoError) {
  const auto client = connect_for_test();
  const auto other = connect_for_test();
  answer(*other, "create table changing(a int4)");
  answer(*other, "insert into changing values (1)");
  EXPECT_EQ(answer(*client, "select * from changing").columns().size(), 1U);
  answer(*other, "alter table changing add column b int4");
  EXPECT_EQ(answer(*client, "select * from changing").columns().size(), 2U);
  EXPECT_EQ(value_of(*client, count_prepared), Value(2));
}

TEST(PostgresPreparedStatements, ItsColumnsFollowThoseOfTheTable) {
  const auto client = connect_for_test();
  answer(*client, "create temporary table renamed(a int4)");
  const ResultSet before = answer(*client, "select * from renamed");
  EXPECT_EQ(&answer(*client, "select * from renamed").columns(), &before.columns());

  answer(*client, "alter table renamed rename column a to b");
  answer(*client, "alter table renamed alter column b type int8");

  EXPECT_EQ(answer(*client, "select * from renamed").columns()[0], Column("b", "int8"));
  EXPECT_EQ(before.columns()[0], Column("a", "int4"));
}

TEST(PostgresPreparedStatements, PreparingOneAnewRunsNoLaterWriteTwice) {
  const auto client = connect_for_test();
  answer(*client, "create table altered(a int4)");
  answer(*client, "create table log(at timestamptz)");
  answer(*client, "select * from altered");
  answer(*connect_for_test(), "alter table altered add column b int4");
  EXPECT_EQ(answer(*client, "select * from altered").columns().size(), 2U);
  const DbError unreadable = error_of(*client, "insert into log values ('infinity') returning at");
  EXPECT_EQ(unreadable.kind, DbErrorKind::conversion);
  EXPECT_EQ(value_of(*client, "select count(*) from log"), Value(1));
}

TEST(PostgresPreparedStatements, ATableOfOnesOwnMayChangeWithinATransaction) {
  const auto client = connect_for_test();
  answer(*client, "begin");
  answer(*client, "create temporary table t(a int4)");
  answer(*client, "select * from t");
  answer(*client, "alter table t add column b int4");
  EXPECT_EQ(answer(*client, "select * from t").columns().size(), 2U);
}

TEST(PostgresPreparedStatements, ThoseThatSomebodyDroppedArePreparedAnew) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
  answer(*client, "deallocate all");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
  answer(*client, "do $$ begin execute 'deallocate all'; end $$");  // Which nobody can see.
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
  answer(*client, "begin");
  answer(*client, "do $$ begin execute 'deallocate all'; /* again */ end $$");
  const DbError gone = error_of(*client, "select 1");
  EXPECT_EQ(gone.code, "26000");
  EXPECT_EQ(gone.kind, DbErrorKind::statement_outdated) << to_string(gone);
  answer(*client, "rollback");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresPreparedStatements, AnOutdatedOneMakesATransactionSafeToRunAgain) {
  const auto client = connect_for_test();
  answer(*client, "create table reshaped(a int4)");
  answer(*client, "select * from reshaped");
  answer(*client, "select * from reshaped where a = $1", {1});
  answer(*connect_for_test(), "alter table reshaped add column b int4");
  answer(*client, "begin");
  const DbError outdated = error_of(*client, "select * from reshaped");
  EXPECT_EQ(to_string(outdated),
            "statement_outdated (0A000): cached plan must not change result type in: "
            "select * from reshaped");
  EXPECT_TRUE(is_retry_safe(outdated));
  answer(*client, "rollback");

  answer(*client, "begin");  // Not even the other one is outdated now.
  EXPECT_EQ(answer(*client, "select * from reshaped").columns().size(), 2U);
  EXPECT_EQ(answer(*client, "select * from reshaped where a = $1", {1}).columns().size(), 2U);
  answer(*client, "commit");
}

TEST(PostgresPreparedStatements, OutdatedOnesCostATransactionOneAttempt) {
  PostgresFactory factory({.address = address_for_test()}, clock_for_test());
  ConnectionPool pool({.min_size = 0, .max_size = 1}, factory, clock_for_test());
  TransactionManager manager(pool, {.attempts_max = 2});
  answer(*connect_for_test(), "create table remade(a int4)");
  const auto count_columns = [&] {
    return manager.run([](Transaction& transaction) -> std::expected<std::size_t, DbError> {
      const auto all = transaction.execute("select * from remade");
      if (!all) return std::unexpected(all.error());
      const auto some = transaction.execute("select * from remade limit 1");
      if (!some) return std::unexpected(some.error());
      return all->columns().size() + some->columns().size();
    });
  };
  EXPECT_EQ(count_columns().value(), 2U);
  answer(*connect_for_test(), "alter table remade add column b int4");
  const auto counted = count_columns();
  ASSERT_TRUE(counted) << counted.error().message();
  EXPECT_EQ(*counted, 4U);
}

TEST(PostgresPreparedStatements, ThoseOfTheCallersOwnAreHisToPrepareAnew) {
  const auto client = connect_for_test();
  answer(*client, "create table owned(a int4)");
  answer(*client, "prepare own as select * from owned");
  answer(*client, "execute own");
  answer(*connect_for_test(), "alter table owned add column b int4");
  answer(*client, "begin");
  EXPECT_EQ(to_string(error_of(*client, "execute own")),
            "rejected (0A000): cached plan must not change result type in: execute own");
  answer(*client, "rollback");
  answer(*client, "begin");
  EXPECT_EQ(to_string(error_of(*client, "execute nothing")),
            "rejected (26000): prepared statement \"nothing\" does not exist in: "
            "execute nothing");
  answer(*client, "rollback");
}

}  // namespace
}  // namespace poolproof::postgres
