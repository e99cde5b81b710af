// What QueryBuilder says of statements that make no sense.
#include <poolproof/core/db/query_builder.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

const QueryBuilder query(Dialect::postgresql);

std::string mistake_of(const QueryBuilder& wrong) {
  const auto statement = wrong.to_sql();
  if (statement) return "none: " + statement->text;
  EXPECT_EQ(statement.error().kind, DbErrorKind::misuse);
  return statement.error().message;
}

/// Writes down what it is asked.
class RecordingClient : public DbClient {
 public:
  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override {
    asked_ = sql;
    for (const Value& value : parameters)
      asked_ += " | " + to_string(value);
    return ResultSet::of_affected(1);
  }
  std::expected<void, DbError> ping() override { return {}; }
  std::expected<void, DbError> reset() override { return {}; }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }

  [[nodiscard]] const std::string& asked() const noexcept { return asked_; }

 private:
  std::string asked_;
};

TEST(QueryMistakes, AStatementBeginsWithOneVerb) {
  EXPECT_EQ(mistake_of(query),
            "a statement begins with select, insert_into, update or delete_from");
  EXPECT_EQ(mistake_of(query.select("*").from("t").update("t")),
            "a statement has one verb: after select() there is no update()");
  EXPECT_EQ(mistake_of(query.delete_from("t").select("*")),
            "a statement has one verb: after delete_from() there is no select()");
}

TEST(QueryMistakes, ASubqueryIsASelectOfTheSameDialectWithoutMistakes) {
  const auto with = [](const QueryBuilder& inner) {
    return query.select("*").from("t").where(column("id").in(subquery(inner)));
  };
  EXPECT_EQ(mistake_of(with(query.delete_from("t").all_rows())),
            "a subquery is a select, not delete_from");
  EXPECT_EQ(mistake_of(with(QueryBuilder(Dialect::mysql).select("id").from("t"))),
            "a subquery was built for mysql, the statement for postgresql");
  EXPECT_EQ(mistake_of(with(query.select("id"))), "no table: select() needs from()");
  EXPECT_EQ(mistake_of(query.delete_from("t").all_rows().distinct()),
            "distinct() is no part of delete_from()");
}

TEST(QueryMistakes, AStatementHasNoMoreParametersThanItsDatabaseTakes) {
  const auto among = [](Dialect dialect, std::size_t count) {
    const std::vector<Value> values(count, 1);
    return QueryBuilder(dialect).select("*").from("t").where(column("id").in(values));
  };

  EXPECT_TRUE(among(Dialect::postgresql, 65'535).to_sql());
  EXPECT_EQ(mistake_of(among(Dialect::postgresql, 65'536)),
            "postgresql takes at most 65535 parameters, but the statement has 65536");
  EXPECT_TRUE(among(Dialect::sqlite, 65'536).to_sql());
}

TEST(QueryMistakes, ASelectHasColumnsAndOneTable) {
  EXPECT_EQ(mistake_of(query.select().from("t")), "select() needs one column at least, or \"*\"");
  EXPECT_EQ(mistake_of(query.select("*")), "no table: select() needs from()");
  EXPECT_EQ(mistake_of(query.select("*").from("t").from("u")),
            "a statement has one table: others come with join()");
}

TEST(QueryMistakes, EveryClauseHasItsVerbs) {
  const auto insert = query.insert_into("t").columns("a").values(1);

  EXPECT_EQ(mistake_of(insert.where("a = 1")), "where() is no part of insert_into()");
  EXPECT_EQ(mistake_of(insert.all_rows()), "all_rows() is no part of insert_into()");
  EXPECT_EQ(mistake_of(insert.set("a", 2)), "set() is no part of insert_into()");
  EXPECT_EQ(mistake_of(insert.from("t")), "from() is no part of insert_into()");
  EXPECT_EQ(mistake_of(query.select("*").from("t").returning("*")),
            "returning() is no part of select()");
  EXPECT_EQ(mistake_of(query.select("*").from("t").columns("a")),
            "columns() is no part of select()");
  EXPECT_EQ(mistake_of(query.select("*").from("t").values(1)), "values() is no part of select()");
  EXPECT_EQ(mistake_of(query.delete_from("t").limit(1)), "limit() is no part of delete_from()");
  EXPECT_EQ(mistake_of(query.delete_from("t").offset(1)), "offset() is no part of delete_from()");
  EXPECT_EQ(mistake_of(query.update("t").set("a", 1).join("u", "true")),
            "join() is no part of update()");
  EXPECT_EQ(mistake_of(query.update("t").order_by("a")), "order_by() is no part of update()");
  EXPECT_EQ(mistake_of(query.update("t").group_by("a")), "group_by() is no part of update()");
  EXPECT_EQ(mistake_of(query.update("t").having("a")), "having() is no part of update()");
  EXPECT_EQ(mistake_of(query.update("t").on_conflict("a").do_nothing()),
            "on_conflict() is no part of update()");
}

TEST(QueryMistakes, AnInsertHasColumnsAndRowsAsLong) {
  EXPECT_EQ(mistake_of(query.insert_into("t").values(1)), "insert_into() needs columns()");
  EXPECT_EQ(mistake_of(query.insert_into("t").columns("a")),
            "insert_into() needs values() or rows()");
  EXPECT_EQ(mistake_of(query.insert_into("t").columns("a", "b").values(1, 2).values(3)),
            "row 2 has another number of values (1) than there are columns (2)");
  EXPECT_EQ(mistake_of(query.insert_into("t").columns("a").rows({{1}, {2, 3}})),
            "row 2 has another number of values (2) than there are columns (1)");
}

TEST(QueryMistakes, AnUpsertHasAKeyAndOneEnd) {
  const auto insert = query.insert_into("t").columns("a").values(1);

  EXPECT_EQ(mistake_of(insert.on_conflict("a")),
            "on_conflict() needs do_nothing() or do_update()");
  EXPECT_EQ(mistake_of(insert.do_nothing()), "do_nothing() and do_update() need on_conflict()");
  EXPECT_EQ(mistake_of(insert.on_conflict("a").do_nothing().do_update("a")),
            "an upsert has one end: do_nothing() or do_update(), once");
  EXPECT_EQ(mistake_of(insert.on_conflict("a").on_conflict("b").do_nothing()),
            "on_conflict() comes once");
  EXPECT_EQ(mistake_of(insert.on_conflict().do_update("a")),
            "before do_update(), on_conflict() needs the columns of a unique key");
  EXPECT_EQ(mistake_of(insert.on_conflict("a").do_update()),
            "do_update() needs columns, or set()");
}

TEST(QueryMistakes, AllRowsAreMeantOnlyWhereThatIsSaid) {
  EXPECT_EQ(mistake_of(query.delete_from("t")),
            "delete_from() without where() concerns all rows: if so, say all_rows()");
  EXPECT_EQ(mistake_of(query.update("t").set("a", 1)),
            "update() without where() concerns all rows: if so, say all_rows()");
  EXPECT_EQ(mistake_of(query.delete_from("t").where("a = 1").all_rows()),
            "where() and all_rows() contradict each other");
  EXPECT_EQ(mistake_of(query.update("t").all_rows()), "update() needs set()");
}

TEST(QueryMistakes, ReturningHasColumnsAndNotMysql) {
  EXPECT_EQ(mistake_of(query.delete_from("t").all_rows().returning()),
            "returning() needs one column at least, or \"*\"");
  EXPECT_EQ(mistake_of(QueryBuilder(Dialect::mysql).delete_from("t").all_rows().returning("*")),
            "mysql has no RETURNING");
}

TEST(QueryMistakes, LimitsAreNotNegative) {
  EXPECT_EQ(mistake_of(query.select("*").from("t").limit(-1)), "limit() must not be negative");
  EXPECT_EQ(mistake_of(query.select("*").from("t").offset(-1)), "offset() must not be negative");
}

TEST(QueryMistakes, AFragmentHasAsManyValuesAsNumbers) {
  const auto select = query.select("*").from("t");

  EXPECT_EQ(mistake_of(select.where("a = $1 and b = $2", 1)),
            "the fragment \"a = $1 and b = $2\" has placeholders for 2 values, but was given 1");
  EXPECT_EQ(mistake_of(select.where("a = $1", 1, 2)),
            "the fragment \"a = $1\" has placeholders for 1 value, but was given 2");
  EXPECT_EQ(mistake_of(select.where("a = 1", 1)),
            "the fragment \"a = 1\" has placeholders for 0 values, but was given 1");
  EXPECT_EQ(mistake_of(select.where("a = $1 or a = $3", 1, 2, 3)),
            "the fragment \"a = $1 or a = $3\" has $3 without $2");
}

TEST(QueryMistakes, AFragmentKeepsToItsPlace) {
  EXPECT_EQ(mistake_of(query.select("*").from("t").where("a = 1; drop table t")),
            "the fragment \"a = 1; drop table t\" has a semicolon, but a statement is one");
  EXPECT_EQ(mistake_of(query.select(sql("'a")).from("t")),
            "the fragment \"'a\" has a quote that does not end");
}

TEST(QueryMistakes, PlaceholdersAreAllOpenOrNone) {
  const auto select = query.select("*").from("t");
  const std::string mixed =
      "some placeholders are open and others have values: give values to all fragments or to none";

  EXPECT_EQ(mistake_of(select.where("a = $1").where("b = $1", 2)), mixed);
  EXPECT_EQ(mistake_of(select.where("a = $1").where(column("b") == 2)), mixed);
  EXPECT_EQ(mistake_of(select.where("a = $1").where("b = $3")), "the statement has $3 without $2");
}

TEST(QueryMistakes, MysqlTakesOpenPlaceholdersInTheirOrder) {
  const auto select = QueryBuilder(Dialect::mysql).select("*").from("t");

  EXPECT_EQ(mistake_of(select.where("a = $2 and b = $1")),
            "mysql takes parameters in the order of their placeholders, so $2 cannot be left open "
            "where $1 is due");
  EXPECT_EQ(mistake_of(select.where("a = $1 or b = $1")),
            "mysql takes parameters in the order of their placeholders, so $1 cannot be left open "
            "where $2 is due");
}

TEST(QueryMistakes, TheFirstOneIsTold) {
  EXPECT_EQ(mistake_of(query.select("*").from("").where(column("a").in({})).limit(-1)),
            "limit() must not be negative");
  EXPECT_EQ(mistake_of(query.select("*").from("").where(column("a").in({}))),
            "an identifier is empty");
}

TEST(QueryExecution, HandsTheClientItsTextAndParameters) {
  RecordingClient client;
  const QueryBuilder users = QueryBuilder(client.dialect()).select("*").from("users");

  const auto open = users.where("id = $1").limit(1).execute(client, {42});

  EXPECT_TRUE(open.has_value());
  EXPECT_EQ(client.asked(), R"(SELECT * FROM "users" WHERE id = ?1 LIMIT 1 | 42)");
  EXPECT_TRUE(users.where("id = $1", 7).execute(client).has_value());
  EXPECT_EQ(client.asked(), R"(SELECT * FROM "users" WHERE id = ?1 | 7)");
}

TEST(QueryExecution, CountsTheParametersBeforeTheDatabaseSeesThem) {
  RecordingClient client;
  const QueryBuilder users = QueryBuilder(client.dialect()).select("*").from("users");

  EXPECT_EQ(to_string(users.where("id = $1").execute(client).error()),
            "misuse: open placeholders: 1, parameters given: 0"
            " in: SELECT * FROM \"users\" WHERE id = ?1");
  EXPECT_EQ(to_string(users.where("id = $1", 1).execute(client, {2}).error()),
            "misuse: open placeholders: 0, parameters given: 1"
            " in: SELECT * FROM \"users\" WHERE id = ?1");
  EXPECT_EQ(to_string(users.where("").execute(client).error()),
            "misuse: the fragment \"\" is empty");
  EXPECT_EQ(client.asked(), "");
}

}  // namespace
}  // namespace poolproof
