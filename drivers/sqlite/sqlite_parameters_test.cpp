#include <poolproof/drivers/sqlite/sqlite_placeholders.h>
#include <poolproof/drivers/sqlite/sqlite_test_database.h>

namespace poolproof {
namespace {

class SqliteParameters : public testing::Test {
 protected:
  ResultSet::Row row(std::string_view sql, const std::vector<Value>& parameters) {
    return session_.run(sql, parameters).values();
  }

  TestDatabase database_{{.path = ":memory:"}};
  TestSession session_ = database_.connect();
};

TEST_F(SqliteParameters, WithDollarsAreNumberedWhereverTheyStand) {
  EXPECT_EQ(row("select $2, $1, $2", {"one", "two"}), (ResultSet::Row{"two", "one", "two"}));
  EXPECT_EQ(row("select $11", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}), ResultSet::Row{11});
}

TEST_F(SqliteParameters, OfTheOtherFormsAreNumberedBySqlite) {
  EXPECT_EQ(row("select ?, ?", {1, 2}), (ResultSet::Row{1, 2}));
  EXPECT_EQ(row("select ?2, ?1", {1, 2}), (ResultSet::Row{2, 1}));
  EXPECT_EQ(row("select :b, @a, :b, $c", {1, 2, 3}), (ResultSet::Row{1, 2, 1, 3}));
}

TEST_F(SqliteParameters, InQuotesAndCommentsAreNone) {
  EXPECT_EQ(row("select '$1' /* $2 */ -- $3", {}), ResultSet::Row{"$1"});
}

TEST_F(SqliteParameters, AreNotLeftOverFromTheLastRun) {
  EXPECT_EQ(session_.ask("select $1", {"before"}), Value("before"));
  EXPECT_EQ(session_.ask("select $1", {nullptr}), Value());
}

TEST_F(SqliteParameters, MustBeAsManyAsThereArePlaceholders) {
  EXPECT_EQ(to_string(session_.fail("select $1, $2", {1})),
            "misuse: the statement takes 2 parameters, and was given 1 in: select $1, $2");
  EXPECT_EQ(to_string(session_.fail("select $1", {})),
            "misuse: the statement takes 1 parameter, and was given 0 in: select $1");
  EXPECT_EQ(session_.fail("select 1", {1}).kind, DbErrorKind::misuse);
}

TEST_F(SqliteParameters, WithDollarsGoWithNoOtherForm) {
  EXPECT_EQ(to_string(session_.fail("select $1, ?", {1, 2})),
            "misuse: there are placeholders of the form $1 beside others in the statement in: "
            "select $1, ?");
}

TEST_F(SqliteParameters, TooLongForSqliteAreRefused) {
  session_.run("create table t (v text)");
  const std::string sql = "insert into t values (zeroblob(1000000001))";

  EXPECT_EQ(to_string(session_.fail(sql)),
            "resource_exhausted (18): string or blob too big in: " + sql);
}

class SqliteText : public SqliteParameters {};

TEST_F(SqliteText, HoldsOneStatementAndWhatMeansNothing) {
  EXPECT_EQ(session_.ask(" -- first\n /* then */ select 7 ; /* and */ ; -- that is it"), Value(7));
}

TEST_F(SqliteText, WithASecondStatementIsRefusedBeforeTheFirstRuns) {
  session_.run("create table t (n integer)");
  const std::string sql = "insert into t values (1); drop table t";

  EXPECT_EQ(to_string(session_.fail(sql)),
            "misuse: there is more than one statement in the text in: " + sql);
  EXPECT_EQ(session_.ask("select count(*) from t"), Value(0));
}

TEST_F(SqliteText, WithoutAStatementIsRefused) {
  EXPECT_EQ(to_string(session_.fail("-- nothing")),
            "misuse: there is no statement in the text in: -- nothing");
  EXPECT_EQ(session_.fail("").kind, DbErrorKind::misuse);
  EXPECT_EQ(session_.fail(std::string_view()).kind, DbErrorKind::misuse);
}

TEST_F(SqliteText, WithANulByteIsRefused) {
  const auto error = session_.fail(std::string_view("select 1\0; drop table t", 23));

  EXPECT_EQ(error.kind, DbErrorKind::misuse);
  EXPECT_EQ(error.message, "there is a NUL byte in the text of the statement");
}

TEST(BlankSql, EndsWithAnOpenComment) {
  EXPECT_TRUE(is_blank_sql(""));
  EXPECT_TRUE(is_blank_sql(" \t\r\n\f;"));
  EXPECT_TRUE(is_blank_sql("-- to the end"));
  EXPECT_TRUE(is_blank_sql("/* to the end *"));
}

TEST(BlankSql, IsNothingThatCouldBeAStatement) {
  EXPECT_FALSE(is_blank_sql("x"));
  EXPECT_FALSE(is_blank_sql("-- a\nx"));
  EXPECT_FALSE(is_blank_sql("/*/ */x"));
  EXPECT_FALSE(is_blank_sql("- -"));
}

TEST(DollarNumber, IsThatOfAPlaceholderWithADollar) {
  EXPECT_EQ(dollar_number("$12"), 12U);
  EXPECT_EQ(dollar_number("$0"), std::nullopt);
  EXPECT_EQ(dollar_number("$1a"), std::nullopt);
  EXPECT_EQ(dollar_number("$"), std::nullopt);
  EXPECT_EQ(dollar_number("?1"), std::nullopt);
  EXPECT_EQ(dollar_number("$99999999999999999999999"), std::nullopt);
}

}  // namespace
}  // namespace poolproof
