#include <poolproof/core/db/sql_tokens.h>

#include <gtest/gtest.h>

#include <string>

namespace poolproof {
namespace {

/// Every token but spaces in angle brackets, with a letter for its kind; "!" where its end is
/// missing.
std::string tokens_of(Dialect dialect, std::string_view text) {
  std::string all;
  SqlTokens tokens(dialect, text);
  while (const auto token = tokens.next()) {
    if (token->kind == SqlToken::Kind::space) continue;
    all += "<";
    all += "scqwp."[static_cast<std::size_t>(token->kind)];
    all += token->is_closed ? " " : "! ";
    all += std::string(token->text) + ">";
  }
  return all;
}

std::string postgresql_tokens(std::string_view text) {
  return tokens_of(Dialect::postgresql, text);
}

TEST(SqlTokens, SplitAStatementIntoItsKinds) {
  EXPECT_EQ(postgresql_tokens("select a$1, \"b;\" /* c */ from t -- d\n where e = $12;"),
            "<w select><w a$1><. ,><q \"b;\"><c /* c */><w from><w t><c -- d\n><w where><w e><. =>"
            "<p $12><. ;>");
}

TEST(SqlTokens, EndADoubledQuoteOfATextWithEscapesWhereTheServerDoes) {
  EXPECT_EQ(postgresql_tokens("E'it''s \\' $1', $2"), "<q E'it'><q 's \\' $1'><. ,><p $2>");
  EXPECT_EQ(postgresql_tokens("'it''s \\' $1"), "<q 'it'><q 's \\'><p $1>");
}

TEST(SqlTokens, EndALineCommentWhereTheServerDoes) {
  EXPECT_EQ(postgresql_tokens("-- a\r$1"), "<c -- a\r><p $1>");
  EXPECT_EQ(tokens_of(Dialect::sqlite, "-- a\r$1\n$2"), "<c -- a\r$1\n><p $2>");
  EXPECT_EQ(tokens_of(Dialect::mysql, "--a # b"), "<. -><. -><w a><c! # b>");
}

TEST(SqlTokens, StepOverWordsThatBeginBeyondAscii) {
  EXPECT_EQ(postgresql_tokens("\u00e9$1 $1"), "<w \u00e9$1><p $1>");
}

TEST(SqlTokens, SayWhatHasNoEnd) {
  EXPECT_EQ(postgresql_tokens("'a"), "<q! 'a>");
  EXPECT_EQ(postgresql_tokens("E'a\\"), "<q! E'a\\>");
  EXPECT_EQ(postgresql_tokens("$a$ $1"), "<q! $a$ $1>");
  EXPECT_EQ(postgresql_tokens("/* /* */"), "<c! /* /* */>");
  EXPECT_EQ(postgresql_tokens("-- a"), "<c! -- a>");
  EXPECT_EQ(tokens_of(Dialect::sqlite, "[a"), "<q! [a>");
}

TEST(SqlTokens, CountNoFurtherThanSixteenBits) {
  EXPECT_EQ(SqlTokens(Dialect::postgresql, "$65535").next()->number, 65'535U);
  EXPECT_EQ(SqlTokens(Dialect::postgresql, "$99999999999999999999").next()->number,
            SqlToken::number_max);
}

}  // namespace
}  // namespace poolproof
