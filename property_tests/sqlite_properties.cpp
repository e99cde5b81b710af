// Values, through SQLite and back.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/core/db/query_builder.h>
#include <poolproof/drivers/generated_values.h>
#include <poolproof/drivers/sqlite/sqlite_client.h>
#include <poolproof/mocks/manual_clock.h>

namespace poolproof::property_tests {
namespace {

constexpr std::string_view all_kinds =
    "create table t (n, b boolean, i integer, r real, s text, x blob, t timestamp, "
    "d decimal_text)";

class SqliteInMemory {
 public:
  SqliteInMemory() { run(all_kinds, {}); }

  ResultSet run(std::string_view sql, std::span<const Value> parameters) {
    auto result = client_->execute(sql, parameters);
    if (!result) RC_FAIL(to_string(result.error()));
    return std::move(*result);
  }
  std::vector<Value> stream(std::string_view sql) {
    std::vector<Value> all;
    const auto shown = client_->stream(sql, {}, [&](RowView row) {
      all.insert(all.end(), row.values().begin(), row.values().end());
      return true;
    });
    if (!shown) RC_FAIL(to_string(shown.error()));
    return all;
  }

 private:
  mocks::ManualClock clock_;
  SqliteFactory factory_{{.path = ":memory:"}, clock_};
  std::unique_ptr<DbClient> client_ = factory_.connect(Instant::max()).value();
};

RC_GTEST_PROP(Sqlite, GivesValuesOfAllKindsBackAsTheyWere, ()) {
  const auto rows = *rc::gen::container<std::vector<ResultSet::Row>>(any_row()).as("rows");
  SqliteInMemory database;
  std::vector<Value> all;
  for (const ResultSet::Row& row : rows) {
    database.run("insert into t values ($1, $2, $3, $4, $5, $6, $7, $8)", row);
    all.insert(all.end(), row.begin(), row.end());
  }

  RC_ASSERT(database.run("select * from t order by rowid", {}).values() == all);
  RC_ASSERT(database.stream("select * from t order by rowid") == all);
}

/// "sqlite_" begins the names of SQLite's own tables.
rc::Gen<std::string> sqlite_names() {
  return rc::gen::suchThat(rc::gen::arbitrary<std::string>(), [](const std::string& name) {
    return !name.empty() && name.find('\0') == std::string::npos && !name.starts_with("sqlite");
  });
}

/// What SQL has a meaning for, as far as `end` does not come of it.
std::string text_without(std::string_view end) {
  const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
      "'", "\"", "$1", "$2", "?", "?1", ":a", "@a", "--", "/*", "*/", ";", "`", "[", "]", "(", ")",
      "\\", "$$", "\xc3\xa9", "drop table t", " ", "\n"));
  std::string text;
  for (const std::string& piece : pieces)
    if ((text + piece).find(end) == std::string::npos) text += piece;
  return text;
}

std::string blank() {
  const std::string comment = "/*" + text_without("*/") + " */";
  const std::string line = "--" + text_without("\n") + "\n";
  return *rc::gen::element<std::string>(" ", comment, line);
}

std::string between(char mark) {
  std::string quoted(1, mark);
  for (const char c : text_without("the end"))
    quoted.append(c == mark ? 2 : 1, c);
  return quoted + mark;
}

/// SQL in the caller's own words that is true of each row in which `column`, a name in quotes, is
/// the text that $1 stands for, and $2 null.
std::string true_fragment(const std::string& column) {
  const std::string literal = between('\'');
  std::string sql = blank();
  sql.append(column).append(blank()).append("= $1").append(blank());
  sql.append("and ").append(literal).append(blank()).append("= ").append(literal);
  sql.append(" and ").append(column).append(blank()).append("is not $2").append(blank());
  sql.append("and exists (select 1 as ").append(between('"')).append(blank()).append(")");
  return sql + blank();
}

// Two statements in one text are refused by the driver, and a third table would be counted.
RC_GTEST_PROP(Sqlite, SeesOneStatementOfABuilderWhateverItsStrings, ()) {
  const std::string table = *sqlite_names().as("table"), name = *sqlite_names().as("column");
  const Value text = *any_value(ValueKind::text).as("text");
  const std::string fragment = true_fragment(quote_identifier(Dialect::sqlite, name).value());
  RC_LOG() << "fragment: " << fragment << '\n';
  SqliteInMemory database;
  const auto run = [&](const QueryBuilder& query) {
    const auto statement = query.to_sql().value();
    return database.run(statement.text, statement.parameters);
  };
  const auto quoted = [](const std::string& any) {
    return quote_identifier(Dialect::sqlite, any).value();
  };
  database.run("create table " + quoted(table) + " (" + quoted(name) + " text)", {});

  const QueryBuilder query(Dialect::sqlite);
  const Expression where = identifier(name) == text;
  run(query.insert_into(identifier(table)).columns(identifier(name)).values(text));
  run(query.update(identifier(table)).set(identifier(name), text).where(where));
  const auto mine = query.select(sql(fragment, text, nullptr)).from(identifier(table));
  RC_ASSERT(run(mine).values() == std::vector<Value>{1});
  RC_ASSERT(run(mine.where(where).where(fragment, text, nullptr)).values() ==
            std::vector<Value>{1});
  const ResultSet found = run(query.select(identifier(name)).from(identifier(table)).where(where));

  RC_ASSERT(found.values() == std::vector<Value>{text});
  RC_ASSERT(found.columns()[0].name == name);
  RC_ASSERT(database.run("select count(*) from sqlite_master", {}).values() ==
            std::vector<Value>{2});
}

RC_GTEST_PROP(Sqlite, NumbersParametersWhereverTheyStand, ()) {
  ResultSet::Row texts;
  for (int i = 0; i < 5; ++i)
    texts.push_back(*any_value(ValueKind::text));
  const auto order =
      *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 5));
  std::string sql = "select $5";
  ResultSet::Row wanted{texts[4]};
  for (const std::size_t number : order) {
    sql += ", $" + std::to_string(number + 1);
    wanted.push_back(texts[number]);
  }

  RC_ASSERT(SqliteInMemory().run(sql, texts).values() == wanted);
}

}  // namespace
}  // namespace poolproof::property_tests
