#include <poolproof/core/db/dialect.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

constexpr auto sqlite = Dialect::sqlite;
constexpr auto postgresql = Dialect::postgresql;
constexpr auto mysql = Dialect::mysql;

TEST(Dialect, EveryDialectHasItsName) {
  EXPECT_EQ(to_string(sqlite), "sqlite");
  EXPECT_EQ(to_string(postgresql), "postgresql");
  EXPECT_EQ(to_string(mysql), "mysql");
}

TEST(Dialect, NumbersItsPlaceholdersOrNot) {
  EXPECT_EQ(placeholder(sqlite, 12), "?12");
  EXPECT_EQ(placeholder(postgresql, 12), "$12");
  EXPECT_EQ(placeholder(mysql, 12), "?");
  EXPECT_TRUE(has_numbered_placeholders(sqlite));
  EXPECT_TRUE(has_numbered_placeholders(postgresql));
  EXPECT_FALSE(has_numbered_placeholders(mysql));
}

TEST(Dialect, QuotesIdentifiersWithTheQuoteDoubled) {
  EXPECT_EQ(quote_identifier(postgresql, "a\"b`c"), "\"a\"\"b`c\"");
  EXPECT_EQ(quote_identifier(sqlite, "a\"b`c"), "\"a\"\"b`c\"");
  EXPECT_EQ(quote_identifier(mysql, "a\"b`c"), "`a\"b``c`");
  EXPECT_EQ(quote_identifier(postgresql, "\""), "\"\"\"\"");
}

TEST(Dialect, RefusesIdentifiersThatNoDatabaseTakes) {
  const auto empty = quote_identifier(postgresql, "");
  const auto with_nul = quote_identifier(postgresql, std::string_view("a\0b", 3));

  EXPECT_EQ(to_string(empty.error()), "misuse: an identifier is empty");
  EXPECT_EQ(to_string(with_nul.error()), "misuse: an identifier has a NUL byte");
}

TEST(Dialect, LimitsAndSkipsRows) {
  EXPECT_EQ(limit_clause(postgresql, {}, {}), "");
  EXPECT_EQ(limit_clause(postgresql, 10, {}), "LIMIT 10");
  EXPECT_EQ(limit_clause(postgresql, 0, 20), "LIMIT 0 OFFSET 20");
  EXPECT_EQ(limit_clause(sqlite, 10, 20), "LIMIT 10 OFFSET 20");
  EXPECT_EQ(limit_clause(mysql, 10, 20), "LIMIT 10 OFFSET 20");
}

TEST(Dialect, HasALimitBeforeAnOffsetWhereItMust) {
  EXPECT_EQ(limit_clause(postgresql, {}, 20), "OFFSET 20");
  EXPECT_EQ(limit_clause(sqlite, {}, 20), "LIMIT -1 OFFSET 20");
  EXPECT_EQ(limit_clause(mysql, {}, 20), "LIMIT 18446744073709551615 OFFSET 20");
}

TEST(Dialect, SpellsBooleansSoThatOldServersKnowThem) {
  EXPECT_EQ(boolean_literal(postgresql, true), "true");
  EXPECT_EQ(boolean_literal(postgresql, false), "false");
  EXPECT_EQ(boolean_literal(sqlite, true), "1");
  EXPECT_EQ(boolean_literal(sqlite, false), "0");
  EXPECT_EQ(boolean_literal(mysql, true), "1");
}

TEST(Dialect, SaysWhatMysqlLacks) {
  EXPECT_TRUE(has_returning(postgresql));
  EXPECT_TRUE(has_returning(sqlite));
  EXPECT_FALSE(has_returning(mysql));
  EXPECT_TRUE(has_on_conflict(sqlite));
  EXPECT_FALSE(has_on_conflict(mysql));
}

TEST(Dialect, NamesTheRowThatAnUpsertBrings) {
  EXPECT_EQ(incoming_value(postgresql, "\"name\""), "excluded.\"name\"");
  EXPECT_EQ(incoming_value(sqlite, "\"name\""), "excluded.\"name\"");
  EXPECT_EQ(incoming_value(mysql, "`name`"), "VALUES(`name`)");
}

}  // namespace
}  // namespace poolproof
