#include <poolproof/core/db/sql_fragment.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

/// The parts with each placeholder as <N>, or the sentence of the error.
std::string taken_apart(Dialect dialect, std::string_view text) {
  const auto parts = read_fragment(dialect, text);
  if (!parts) return "it " + parts.error();
  std::string all;
  for (const auto& [words, number] : *parts)
    all += number == 0 ? std::string(words) : "<" + std::to_string(number) + ">";
  return all;
}

std::string in_postgresql(std::string_view text) {
  return taken_apart(Dialect::postgresql, text);
}
std::string in_sqlite(std::string_view text) {
  return taken_apart(Dialect::sqlite, text);
}
std::string in_mysql(std::string_view text) {
  return taken_apart(Dialect::mysql, text);
}

constexpr std::string_view unclosed_quote = "it has a quote that does not end";
constexpr std::string_view unclosed_comment = "it has a comment that does not end";
constexpr std::string_view semicolon = "it has a semicolon, but a statement is one";
constexpr std::string_view other_spelling = "it has a parameter in another spelling than $1";
constexpr std::string_view no_placeholder = "it has a $ that begins no placeholder";

TEST(SqlFragment, FindsItsPlaceholders) {
  EXPECT_EQ(in_postgresql("id = $1"), "id = <1>");
  EXPECT_EQ(in_sqlite("$2+$1"), "<2>+<1>");
  EXPECT_EQ(in_mysql("id in ($1,$12)"), "id in (<1>,<12>)");
  EXPECT_EQ(read_fragment(Dialect::sqlite, "a$1 $1")->size(), 2U);
}

TEST(SqlFragment, LeavesDollarsInWordsAlone) {
  EXPECT_EQ(in_postgresql("price$1 = $1"), "price$1 = <1>");
  EXPECT_EQ(in_sqlite("_$1$2"), "_$1$2");
  EXPECT_EQ(in_mysql("\xC3\xA9$1"), "\xC3\xA9$1");
}

TEST(SqlFragment, LeavesQuotesAlone) {
  EXPECT_EQ(in_postgresql("'$1;' || \"$2;\" || $1"), "'$1;' || \"$2;\" || <1>");
  EXPECT_EQ(in_postgresql("'it''s; $1'"), "'it''s; $1'");
  EXPECT_EQ(in_sqlite("`$1;` [$2;] $1"), "`$1;` [$2;] <1>");
  EXPECT_EQ(in_mysql("`$1;``(` $1"), "`$1;``(` <1>");
}

TEST(SqlFragment, LeavesCommentsAlone) {
  EXPECT_EQ(in_postgresql("a -- $1; '\n= $1"), "a -- $1; '\n= <1>");
  EXPECT_EQ(in_sqlite("a /* $1; ' */ = $1"), "a /* $1; ' */ = <1>");
  EXPECT_EQ(in_mysql("a # $1; '\n= $1"), "a # $1; '\n= <1>");
  EXPECT_EQ(in_mysql("a -- $1; '\n= $1"), "a -- $1; '\n= <1>");
}

TEST(SqlFragment, NestsCommentsAsPostgresqlDoes) {
  EXPECT_EQ(in_postgresql("/* /* $1 */ ; */ $1"), "/* /* $1 */ ; */ <1>");
  EXPECT_EQ(in_sqlite("/* /* $1 */ ; */ $1"), semicolon);
  EXPECT_EQ(in_postgresql("/*/ $1"), unclosed_comment);
  EXPECT_EQ(in_sqlite("/*/ $1"), unclosed_comment);
}

TEST(SqlFragment, EndsLineCommentsWhereTheDatabaseDoes) {
  EXPECT_EQ(in_postgresql("a -- b\r;"), semicolon);
  EXPECT_EQ(in_sqlite("a -- b\r;\n"), "a -- b\r;\n");
  EXPECT_EQ(in_mysql("5--$1"), "5--<1>");
  EXPECT_EQ(in_postgresql("5--$1"), unclosed_comment);
}

TEST(SqlFragment, LeavesDollarQuotesOfPostgresqlAlone) {
  EXPECT_EQ(in_postgresql("$$ $1; $$ = $1"), "$$ $1; $$ = <1>");
  EXPECT_EQ(in_postgresql("$a1$ $b$ $1; $a1$ = $1"), "$a1$ $b$ $1; $a1$ = <1>");
  EXPECT_EQ(in_postgresql("$a$ $1"), unclosed_quote);
  EXPECT_EQ(in_postgresql("$a $1"), no_placeholder);
  EXPECT_EQ(in_sqlite("$$ $1 $$"), no_placeholder);
  EXPECT_EQ(in_mysql("$a$ $1"), no_placeholder);
}

TEST(SqlFragment, KnowsTheBackslashesOfPostgresql) {
  EXPECT_EQ(in_postgresql("E'\\'; $1' = $1"), "E'\\'; $1' = <1>");
  EXPECT_EQ(in_postgresql("'\\'; $1"), semicolon);
  EXPECT_EQ(in_postgresql("name'\\' = $1"), "name'\\' = <1>");
  EXPECT_EQ(in_postgresql("1e'\\';' = $1"), "1e'\\';' = <1>");
  EXPECT_EQ(in_sqlite("E'\\' = $1"), "E'\\' = <1>");
}

TEST(SqlFragment, KnowsThatAQuoteOfPostgresqlGoesOnOverLines) {
  EXPECT_EQ(in_postgresql("E'a' -- b\n '\\'; $1' = $1"), "E'a' -- b\n '\\'; $1' = <1>");
  EXPECT_EQ(in_postgresql("E'a''\\';'"), "E'a''\\';'");
  EXPECT_EQ(in_postgresql("E'a' , '\\'; $1"), semicolon);
  EXPECT_EQ(in_postgresql("E'a' '\\'; $1"), semicolon);
  EXPECT_EQ(in_postgresql("E'a' /* b */\n '\\'; $1"), semicolon);
}

TEST(SqlFragment, RefusesWhatReachesBeyondItsPlace) {
  EXPECT_EQ(in_postgresql("id = 1; drop table users"), semicolon);
  EXPECT_EQ(in_sqlite("name = 'a"), unclosed_quote);
  EXPECT_EQ(in_sqlite("name = \"a"), unclosed_quote);
  EXPECT_EQ(in_sqlite("name = [a"), "it has a bracket that does not end");
  EXPECT_EQ(in_postgresql("E'a\\"), unclosed_quote);
  EXPECT_EQ(in_postgresql("id = 1 -- or not"), unclosed_comment);
  EXPECT_EQ(in_sqlite("id = 1 /* or not"), unclosed_comment);
  EXPECT_EQ(in_mysql("id = 1 --"), unclosed_comment);
  EXPECT_EQ(in_mysql("id = 1 #"), unclosed_comment);
}

TEST(SqlFragment, RefusesParenthesesThatDoNotMatch) {
  EXPECT_EQ(in_sqlite("a) or (b"), "it closes a parenthesis that it did not open");
  EXPECT_EQ(in_sqlite("f(a"), "it opens a parenthesis that it does not close");
  EXPECT_EQ(in_sqlite("f(')') = (\"(\")"), "f(')') = (\"(\")");
}

TEST(SqlFragment, RefusesParametersInOtherSpellings) {
  EXPECT_EQ(in_sqlite("id = ?"), other_spelling);
  EXPECT_EQ(in_sqlite("id = ?1"), other_spelling);
  EXPECT_EQ(in_sqlite("id = :id"), other_spelling);
  EXPECT_EQ(in_sqlite("id = @id"), other_spelling);
  EXPECT_EQ(in_mysql("id = ?"), other_spelling);
}

TEST(SqlFragment, LeavesToADialectItsOwnSigns) {
  EXPECT_EQ(in_postgresql("tags ? 'a' and id::text = $1"), "tags ? 'a' and id::text = <1>");
  EXPECT_EQ(in_mysql("id = @id"), "id = @id");
  EXPECT_EQ(in_postgresql("tags[1:2] = $1"), "tags[1:2] = <1>");
}

TEST(SqlFragment, RefusesWhatMysqlReadsInTwoWays) {
  const std::string backslash =
      "it has a backslash in quotes, which not every server reads alike: bind the text";

  EXPECT_EQ(in_mysql("name = 'a\\'"), backslash);
  EXPECT_EQ(in_mysql("name = \"a\\\\\""), backslash);
  EXPECT_EQ(in_mysql("`a\\` = $1"), "`a\\` = <1>");
  EXPECT_EQ(in_mysql("a /*! ; */"), "it has a comment that some versions run");
  EXPECT_EQ(in_mysql("a /*M! ; */"), "it has a comment that some versions run");
}

TEST(SqlFragment, CountsPlaceholdersFromOneToSixteenBits) {
  EXPECT_EQ(in_postgresql("$0"), "it has a placeholder $0, but they count from $1");
  EXPECT_EQ(in_postgresql("$65535"), "<65535>");
  EXPECT_EQ(in_postgresql("$65536"), "it has a placeholder above $65535");
  EXPECT_EQ(in_postgresql("$99999999999999999999999999"), "it has a placeholder above $65535");
}

TEST(SqlFragment, RefusesNothingAndNul) {
  EXPECT_EQ(in_sqlite(""), "it is empty");
  EXPECT_EQ(in_sqlite(" \n"), "it is empty");
  EXPECT_EQ(in_sqlite(std::string_view("a = '\0'", 7)), "it has a NUL byte");
}

}  // namespace
}  // namespace poolproof
