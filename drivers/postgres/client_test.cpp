#include <gtest/gtest.h>

#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

TEST(PostgresClient, SaysHowManyRowsAStatementTouched) {
  const auto client = connect_for_test();
  EXPECT_EQ(answer(*client, "create temporary table t(i int4)").affected_rows(), 0U);
  EXPECT_EQ(answer(*client, "insert into t select generate_series(1, 5)").affected_rows(), 5U);
  EXPECT_EQ(answer(*client, "update t set i = i + 1 where i > 3").affected_rows(), 2U);
  const ResultSet returned = answer(*client, "delete from t where i > 2 returning i");
  EXPECT_EQ(returned.affected_rows(), 3U);
  EXPECT_EQ(returned.size(), 3U);
  EXPECT_EQ(answer(*client, "select * from t").affected_rows(), 0U);
}

TEST(PostgresClient, AnEmptyStatementAnswersNothing) {
  const auto client = connect_for_test();
  EXPECT_TRUE(answer(*client, "").columns().empty());
  EXPECT_TRUE(answer(*client, " -- nothing\n").columns().empty());
}

TEST(PostgresClient, SeveralStatementsAreAMisuse) {
  const auto client = connect_for_test();
  const DbError error = error_of(*client, "select 1; select 2");
  EXPECT_EQ(error.kind, DbErrorKind::misuse);
  EXPECT_EQ(error.message, "cannot insert multiple commands into a prepared statement");
  EXPECT_EQ(value_of(*client, "select 1;"), Value(1));
}

TEST(PostgresClient, AnotherNumberOfParametersIsAMisuse) {
  const auto client = connect_for_test();
  const DbError fewer = error_of(*client, "select $1::int8, $2::int8", {1});
  EXPECT_EQ(fewer.kind, DbErrorKind::misuse);
  EXPECT_EQ(fewer.message, "the statement has 2 placeholders, but 1 parameter came with it");
  const DbError more = error_of(*client, "select '$1', $$ $2 $$, 3 -- $4", {1});
  EXPECT_EQ(more.message, "the statement has 0 placeholders, but 1 parameter came with it");
  EXPECT_EQ(value_of(*client, "select $1 + $1", {21}), Value(42));
}

TEST(PostgresClient, CopyIsAMisuse) {
  const auto client = connect_for_test();
  const DbError error = error_of(*client, "copy (select 1) to stdout");
  EXPECT_EQ(error.kind, DbErrorKind::misuse);
  EXPECT_EQ(error.message, "there is no call for copy");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresClient, AStatementWithANulIsAMisuse) {
  const auto client = connect_for_test();
  const DbError error = error_of(*client, std::string_view("select 1\0 ", 10));
  EXPECT_EQ(error.kind, DbErrorKind::misuse);
  EXPECT_EQ(error.message, "the statement has a NUL in it");
}

TEST(PostgresClient, KnowsWhetherATransactionIsOpen) {
  const auto client = connect_for_test();
  EXPECT_FALSE(client->is_in_transaction());
  answer(*client, "begin");
  EXPECT_TRUE(client->is_in_transaction());
  error_of(*client, "select nowhere");
  EXPECT_TRUE(client->is_in_transaction());
  answer(*client, "rollback");
  EXPECT_FALSE(client->is_in_transaction());
}

TEST(PostgresClient, SeesPlaceholdersWhereTheServerDoes) {
  const auto client = connect_for_test();
  EXPECT_EQ(value_of(*client, "select E'it''s \\' $2' || $1::text", {"!"}), Value("it's ' $2!"));
  EXPECT_EQ(value_of(*client, "select 1 -- $2\r + $1::int4", {2}), Value(3));
  EXPECT_EQ(answer(*client, "select 1 as \u00e9$1").columns()[0].name, "\u00e9$1");
}

TEST(PostgresClient, SaysHowManyParametersThereCanBe) {
  const auto client = connect_for_test();
  std::string sql = "select 1 where 1 in ($1";
  for (int number = 2; number <= 65'535; ++number)
    sql += ",$" + std::to_string(number);
  EXPECT_EQ(value_of(*client, sql + ")", std::vector<Value>(65'535, 1)), Value(1));

  const DbError too_high = error_of(*client, sql + ",$65536)", std::vector<Value>(65'536, 1));
  EXPECT_EQ(too_high.kind, DbErrorKind::misuse);
  EXPECT_EQ(too_high.message, "PostgreSQL has no placeholder above $65535");
  EXPECT_LT(too_high.statement.size(), 1100U);
  EXPECT_EQ(error_of(*client, "select 1", std::vector<Value>(65'536, 1)).message,
            "PostgreSQL takes at most 65535 parameters, but 65536 came");
}

TEST(PostgresClient, ACommitThatRollsBackIsAnError) {
  const auto client = connect_for_test();
  answer(*client, "begin");
  error_of(*client, "select nowhere");
  const DbError error = error_of(*client, "commit");
  EXPECT_EQ(error.kind, DbErrorKind::transaction_aborted);
  EXPECT_EQ(error.message,
            "an earlier error had ended the transaction: the commit rolled it back");
  EXPECT_FALSE(client->is_in_transaction());
}

TEST(PostgresClient, PingsAlsoInATransactionThatWasAborted) {
  const auto client = connect_for_test();
  EXPECT_TRUE(client->ping());
  answer(*client, "begin");
  error_of(*client, "select nowhere");
  EXPECT_TRUE(client->ping());
}

TEST(PostgresClient, TellsItsNameToTheServer) {
  const auto unnamed = connect_for_test();
  const auto named = connect_for_test({.address = {}, .application_name = "till"});
  EXPECT_EQ(value_of(*unnamed, "show application_name"), Value("poolproof"));
  EXPECT_EQ(value_of(*named, "show application_name"), Value("till"));
}

TEST(PostgresClient, SpeaksPostgresql) {
  EXPECT_EQ(connect_for_test()->dialect(), Dialect::postgresql);
}

TEST(PostgresClient, NotificationsAreNotKept) {
  const auto client = connect_for_test();
  answer(*client, "listen news");
  answer(*client, "notify news, 'more'");
  EXPECT_EQ(value_of(*client, "select 1"), Value(1));
}

TEST(PostgresClient, NoticesAreNotPrinted) {
  const auto client = connect_for_test();
  testing::internal::CaptureStderr();
  answer(*client, "do $$ begin raise notice 'heard by nobody'; end $$");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace poolproof::postgres
