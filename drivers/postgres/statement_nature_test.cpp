#include <gtest/gtest.h>

#include <poolproof/drivers/postgres/statement_nature.h>

namespace poolproof::postgres {
namespace {

TEST(StatementNature, FindsTheFirstWordBehindCommentsAndParentheses) {
  EXPECT_EQ(first_word("select 1"), "select");
  EXPECT_EQ(first_word(" /* a /* b */ c */ -- d\n ((SELECT 1)"), "select");
  EXPECT_EQ(first_word("/* never closed"), "");
  EXPECT_EQ(first_word("-- nothing"), "");
  EXPECT_EQ(first_word(""), "");
}

TEST(StatementNature, KnowsWhatLeavesNothingInTheSession) {
  for (const char* sql : {"select 1", "insert into t values (1)", "with a as (select 1) select 2",
                          "begin", "COMMIT", "savepoint a", "rollback to a", "lock table t"})
    EXPECT_FALSE(nature_of(sql).may_leave_traces) << sql;
}

TEST(StatementNature, IsInDoubtOfEverythingElse) {
  for (const char* sql :
       {"set a = 1", "listen a", "create temp table t()", "call f()", "do $$ $$", "prepare a as b",
        "select Set_Config('a', 'b', false)", "select pg_advisory_lock(1)", "",
        "select 1 into temp t", "with a as (select 1) select * INTO t from a", "explain select 1"})
    EXPECT_TRUE(nature_of(sql).may_leave_traces) << sql;
}

std::size_t count_placeholders_of(std::string_view sql) {
  return nature_of(sql).placeholders;
}

TEST(StatementNature, CountsPlaceholdersOutsideOfQuotations) {
  EXPECT_EQ(count_placeholders_of("select $1, $12, $3"), 12U);
  EXPECT_EQ(count_placeholders_of("select '$1', \"$2\", $$ $3 $$, $a$ $4 $$ $a$ -- $5\n, $6"), 6U);
  EXPECT_EQ(count_placeholders_of("select /* $1 /* $2 */ $3 */ 4"), 0U);
  EXPECT_EQ(count_placeholders_of("select e'it\\'s $1', 'a''$2', E'\\\\', $3"), 3U);
  EXPECT_EQ(count_placeholders_of("select a$1, b1$2 from t"), 0U);
  EXPECT_EQ(count_placeholders_of("select 'never closed $1"), 0U);
  EXPECT_EQ(count_placeholders_of("select $a$ never closed $1"), 0U);
  EXPECT_EQ(count_placeholders_of("select $99999999999999999999"), 65'536U);
  EXPECT_EQ(count_placeholders_of("$"), 0U);
}

TEST(StatementNature, CountsPlaceholdersAsTheServerDoes) {
  EXPECT_EQ(count_placeholders_of("select E'it''s \\' $2', $1"), 1U);
  EXPECT_EQ(count_placeholders_of("select 1 -- $2\r, $1"), 1U);
  EXPECT_EQ(count_placeholders_of("select 1 as \u00e9$1"), 0U);
}

}  // namespace
}  // namespace poolproof::postgres
