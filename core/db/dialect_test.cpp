#include <poolproof/core/db/dialect.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

TEST(Dialect, EveryDialectHasItsName) {
  EXPECT_EQ(to_string(Dialect::sqlite), "sqlite");
  EXPECT_EQ(to_string(Dialect::postgresql), "postgresql");
  EXPECT_EQ(to_string(Dialect::mysql), "mysql");
}

TEST(Dialect, NumbersItsPlaceholdersOrNot) {
  EXPECT_EQ(placeholder(Dialect::sqlite, 12), "?12");
  EXPECT_EQ(placeholder(Dialect::postgresql, 12), "$12");
  EXPECT_EQ(placeholder(Dialect::mysql, 12), "?");
  EXPECT_TRUE(has_numbered_placeholders(Dialect::sqlite));
  EXPECT_TRUE(has_numbered_placeholders(Dialect::postgresql));
  EXPECT_FALSE(has_numbered_placeholders(Dialect::mysql));
}

TEST(Dialect, QuotesIdentifiersWithTheQuoteDoubled) {
  EXPECT_EQ(quote_identifier(Dialect::postgresql, "a\"b`c"), "\"a\"\"b`c\"");
  EXPECT_EQ(quote_identifier(Dialect::sqlite, "a\"b`c"), "\"a\"\"b`c\"");
  EXPECT_EQ(quote_identifier(Dialect::mysql, "a\"b`c"), "`a\"b``c`");
  EXPECT_EQ(quote_identifier(Dialect::postgresql, "\""), "\"\"\"\"");
}

TEST(Dialect, RefusesIdentifiersThatNoDatabaseTakes) {
  const auto empty = quote_identifier(Dialect::postgresql, "");
  const auto with_nul = quote_identifier(Dialect::postgresql, std::string_view("a\0b", 3));

  EXPECT_EQ(to_string(empty.error()), "misuse: an identifier is empty");
  EXPECT_EQ(to_string(with_nul.error()), "misuse: an identifier has a NUL byte");
}

TEST(Dialect, LimitsAndSkipsRows) {
  EXPECT_EQ(limit_clause(Dialect::postgresql, {}, {}), "");
  EXPECT_EQ(limit_clause(Dialect::postgresql, 10, {}), "LIMIT 10");
  EXPECT_EQ(limit_clause(Dialect::postgresql, 0, 20), "LIMIT 0 OFFSET 20");
  EXPECT_EQ(limit_clause(Dialect::sqlite, 10, 20), "LIMIT 10 OFFSET 20");
  EXPECT_EQ(limit_clause(Dialect::mysql, 10, 20), "LIMIT 10 OFFSET 20");
}

TEST(Dialect, HasALimitBeforeAnOffsetWhereItMust) {
  EXPECT_EQ(limit_clause(Dialect::postgresql, {}, 20), "OFFSET 20");
  EXPECT_EQ(limit_clause(Dialect::sqlite, {}, 20), "LIMIT -1 OFFSET 20");
  EXPECT_EQ(limit_clause(Dialect::mysql, {}, 20), "LIMIT 18446744073709551615 OFFSET 20");
}

TEST(Dialect, SpellsBooleansSoThatOldServersKnowThem) {
  EXPECT_EQ(boolean_literal(Dialect::postgresql, true), "true");
  EXPECT_EQ(boolean_literal(Dialect::postgresql, false), "false");
  EXPECT_EQ(boolean_literal(Dialect::sqlite, true), "1");
  EXPECT_EQ(boolean_literal(Dialect::sqlite, false), "0");
  EXPECT_EQ(boolean_literal(Dialect::mysql, true), "1");
}

TEST(Dialect, SaysWhatMysqlLacks) {
  EXPECT_TRUE(has_returning(Dialect::postgresql));
  EXPECT_TRUE(has_returning(Dialect::sqlite));
  EXPECT_FALSE(has_returning(Dialect::mysql));
  EXPECT_TRUE(has_on_conflict(Dialect::sqlite));
  EXPECT_FALSE(has_on_conflict(Dialect::mysql));
}

TEST(Dialect, NamesTheRowThatAnUpsertBrings) {
  EXPECT_EQ(incoming_value(Dialect::postgresql, "\"name\""), "excluded.\"name\"");
  EXPECT_EQ(incoming_value(Dialect::sqlite, "\"name\""), "excluded.\"name\"");
  EXPECT_EQ(incoming_value(Dialect::mysql, "`name`"), "VALUES(`name`)");
}

}  // namespace
}  // namespace poolproof
