#include <gtest/gtest.h>

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
  EXPECT_EQ(error_of(*client, "select 1").code, "26000");
}

}  // namespace
}  // namespace poolproof::postgres
