// What a QueryBuilder says of running its statement, on a session and in a transaction.

#include <gtest/gtest.h>

#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/db/scripted_session.h>

namespace poolproof {
namespace {

using fakes::said;
using Session = fakes::ScriptedSession;

const QueryBuilder for_postgresql(Dialect::postgresql);
const auto ages = for_postgresql.select("age").from("users");
constexpr auto all_of_them = [](RowView) { return true; };

TEST(QueryRun, IsTheSameOnASessionAndInATransaction) {
  Session session;
  EXPECT_EQ(said(ages.execute(session.client())), "ok");
  EXPECT_EQ(said(ages.stream(session.client(), all_of_them)), "ok");
  Transaction transaction = session.begin();
  EXPECT_EQ(said(ages.execute(transaction)), "ok");
  EXPECT_EQ(said(ages.stream(transaction, all_of_them)), "ok");

  const std::string once = R"(SELECT "age" FROM "users")";
  EXPECT_EQ(session.sent(), once + "; " + once + "; begin; " + once + "; " + once);
}

TEST(QueryRun, WantsAValueForEachOpenPlaceholder) {
  const std::string told =
      "misuse: open placeholders: 1, parameters given: 0 in: SELECT \"age\" FROM \"users\" WHERE "
      "id = $1";
  Session session;
  const auto of_one = ages.where("id = $1");
  Transaction transaction = session.begin();
  EXPECT_EQ(said(of_one.execute(transaction)), told);
  EXPECT_EQ(said(of_one.stream(transaction, all_of_them)), told);

  EXPECT_EQ(said(of_one.execute(transaction, {7})), "ok");
  EXPECT_EQ(said(of_one.stream(transaction, {7}, all_of_them)), "ok");
}

TEST(QueryRun, RefusesASessionOfAnotherDialect) {
  const std::string told =
      "misuse: the statement was built for postgresql, the session speaks sqlite in: SELECT "
      "\"age\" FROM \"users\"";
  Session session;
  session.script.dialect = Dialect::sqlite;
  EXPECT_EQ(said(ages.execute(session.client())), told);
  EXPECT_EQ(said(ages.stream(session.client(), all_of_them)), told);
  Transaction transaction = session.begin();

  EXPECT_EQ(said(ages.execute(transaction)), told);
  EXPECT_EQ(said(transaction.commit()), "ok");  // The database saw no mistake.
  EXPECT_EQ(session.sent(), "begin immediate; commit");
}

}  // namespace
}  // namespace poolproof
