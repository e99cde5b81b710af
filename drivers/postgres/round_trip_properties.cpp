// What goes in comes out, of every kind: as the answer to a question, and by way of a table.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include <poolproof/core/db/query_builder.h>
#include <poolproof/core/db/sql_fragment.h>
#include <poolproof/core/db/utf8_prefix.h>
#include <poolproof/drivers/generated_values.h>
#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

/// From 4713 BC on.
const DatabaseLimits of_postgres{
    .has_nul_in_text = false,
    .has_invalid_utf8 = false,
    .first = Timestamp(std::chrono::microseconds(-210'866'803'200'000'000))};

DbClient& shared_client() {
  static const auto client = connect_for_test();
  return *client;
}

/// To the server and back, and through a column of that type.
Value echo(const char* type, const Value& value) {
  const std::string sql = "select $1::" + std::string(type);
  return value_of(shared_client(), sql, {value});
}

Value keep(const char* type, const Value& value) {
  DbClient& client = shared_client();
  answer(client, "begin");
  answer(client, "create temporary table kept(value " + std::string(type) + ") on commit drop");
  answer(client, "insert into kept values ($1)", {value});
  Value found = value_of(client, "select value from kept");
  answer(client, "rollback");
  return found;
}

void comes_back(const char* type, const Value& sent) {
  RC_ASSERT(value_of(shared_client(), "select $1", {sent}) == sent);
  RC_ASSERT(echo(type, sent) == sent);
  RC_ASSERT(keep(type, sent) == sent);
}

RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryBoolean, ()) {
  comes_back("boolean", *any_value(ValueKind::boolean, of_postgres));
}
RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryInteger, ()) {
  comes_back("int8", *any_value(ValueKind::integer, of_postgres));
}
RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryReal, ()) {
  const double real = *any_real();
  comes_back("float8", real);
  const Value echoed = echo("float8", Value(real));
  RC_ASSERT(std::signbit(*echoed.get_if<double>()) == std::signbit(real));
}
RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryText, ()) {
  comes_back("text", *any_value(ValueKind::text, of_postgres));
}
RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryBlob, ()) {
  comes_back("bytea", *any_value(ValueKind::blob, of_postgres));
}
RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryTimestamp, ()) {
  const Value timestamp = *any_value(ValueKind::timestamp, of_postgres);
  comes_back("timestamptz", timestamp);
  comes_back("timestamp", timestamp);
}
RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryDecimalWithItsScale, ()) {
  comes_back("numeric", *any_value(ValueKind::decimal, of_postgres));
}
RC_GTEST_PROP(PostgresRoundTrip, KeepsEveryFloatThatWasWidened, ()) {
  const auto real = static_cast<float>(*any_real());
  const Value sent(static_cast<double>(real));
  if (std::isfinite(real) && real != 0) RC_PRE(std::isnormal(real));
  RC_ASSERT(keep("float4", sent) == sent);
}

/// The server would cut off a longer one, which is another name.
rc::Gen<std::string> any_name() {
  const auto short_enough = rc::gen::map(any_text(of_postgres), [](std::string text) {
    constexpr std::size_t bytes_max = 60;
    text.resize(utf8_prefix(text, bytes_max).size());
    return text;
  });
  return rc::gen::nonEmpty(short_enough);
}

// Two statements in one text are refused by the driver, and a second table would be counted.
RC_GTEST_PROP(PostgresRoundTrip, SeesOneStatementOfABuilderWhateverItsStrings, ()) {
  const std::string table = *any_name().as("table"), name = *any_name().as("column");
  const Value before = *any_text(of_postgres).as("text"),
              after = *any_text(of_postgres).as("another text");
  DbClient& client = shared_client();
  const auto run = [&](const QueryBuilder& query) {
    const auto statement = query.to_sql().value();
    return answer(client, statement.text, statement.parameters);
  };
  const auto quoted = [](const std::string& any) {
    return quote_identifier(Dialect::postgresql, any).value();
  };
  answer(client, "begin");
  answer(client, "create temporary table " + quoted(table) + " (" + quoted(name) + " text)");

  const QueryBuilder query(Dialect::postgresql);
  const Expression column = identifier(name);
  run(query.insert_into(identifier(table)).columns(column).values(before));
  run(query.update(identifier(table)).set(column, after).where(column == before));
  const ResultSet found = run(query.select(column).from(identifier(table)).where(column == after));
  const Value tables =
      value_of(client,
               "select count(*) from pg_catalog.pg_class where relnamespace = pg_my_temp_schema()"
               " and relkind = 'r'");
  answer(client, "rollback");

  RC_ASSERT(found.values() == std::vector<Value>{after});
  RC_ASSERT(found.columns()[0].name == name);
  RC_ASSERT(tables == Value(1));
}

/// SQL in the caller's own words: well formed, but hard to take apart, or anything.
rc::Gen<std::vector<std::string>> fragment_pieces() {
  // $3 is nowhere a placeholder.
  const auto well_formed = rc::gen::element<std::string>(
      "|| $1 ", "|| $2 ", "|| 'it''s \\ ; $3' ", "|| E'it''s \\' $3 \\'' ",
      "|| E'a'\n'\\' $3 \\'' ", "|| -- ; $3 '\r$2 ", "|| -- ; $3 '\n$1 ", "|| \u00e9$3 ",
      "|| a$3 ", "|| $$ ; $3 ' $$ ", "|| $\u00e9$ ; $3 ' $\u00e9$ ", "|| /* ; $3 ' /* */ */ $1 ",
      "|| \"a$3\" ");
  const auto anything = rc::gen::element<std::string>(
      "'", "''", "\"", "E'", "e'", "U&'", "$$", "$a$", "\\", "--", "/*", "*/", "\n", "\r", " ",
      "$1", "$2", "$", "(", ")", ";", ",", "a", " 1", "=", "?", "\u00e9", "|| ");
  using Pieces = std::vector<std::string>;
  return rc::gen::oneOf(rc::gen::container<Pieces>(well_formed),
                        rc::gen::container<Pieces>(rc::gen::oneOf(well_formed, anything)));
}

std::size_t values_of_fragment(std::string_view text) {
  std::size_t highest = 0;
  if (const auto parts = read_fragment(Dialect::postgresql, text))
    for (const FragmentPart& part : *parts)
      highest = std::max(highest, part.placeholder);
  return highest;
}

/// With as much of such a fragment as a builder takes.
Statement statement_with_fragment() {
  const auto query = QueryBuilder(Dialect::postgresql).select("note").from("fragments").limit(1);
  Statement accepted = query.to_sql().value();
  std::string text = "note = $1 ";
  for (const std::string& piece : *fragment_pieces()) {
    text += piece;
    const std::vector<Value> values(values_of_fragment(text), Value("x"));
    if (auto statement = query.where(sql(text, values)).to_sql()) accepted = std::move(*statement);
  }
  return accepted;
}

// The driver counts placeholders and refuses another number of parameters, the server refuses a
// second statement and a parameter too few: each is a misuse. Of one too many the server cannot
// tell the type.
RC_GTEST_PROP(PostgresRoundTrip, SeesOneStatementAndItsPlaceholdersWhateverTheFragment, ()) {
  static const ResultSet table = answer(
      shared_client(), "create temporary table fragments(note text, a$3 text, \u00e9$3 text)");
  const Statement statement = statement_with_fragment();
  const auto found = shared_client().execute(statement.text, statement.parameters);

  RC_CLASSIFY(found.has_value(), "runs");
  RC_ASSERT(found || found.error().kind != DbErrorKind::misuse);
  RC_ASSERT(found || found.error().code != "42P18");
}

TEST(PostgresRoundTrip, KeepsWhatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(*echo("float8", Value(nan)).get_if<double>()));
  EXPECT_TRUE(std::isnan(*keep("float4", Value(nan)).get_if<double>()));
}

}  // namespace
}  // namespace poolproof::postgres
