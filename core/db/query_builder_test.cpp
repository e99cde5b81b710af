#include <poolproof/core/db/query_builder.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

const QueryBuilder postgresql(Dialect::postgresql);
const QueryBuilder sqlite(Dialect::sqlite);
const QueryBuilder mysql(Dialect::mysql);

/// The statement with the values behind it; or the error.
std::string written(const QueryBuilder& query) {
  const auto statement = query.to_sql();
  if (!statement) return to_string(statement.error());
  std::string text = statement->text;
  for (const Value& value : statement->parameters)
    text += " | " + to_string(value);
  return text;
}

TEST(QueryBuilder, SelectsFromATable) {
  EXPECT_EQ(written(postgresql.select("*").from("users")), R"(SELECT * FROM "users")");
  EXPECT_EQ(written(mysql.select("id", "users.name as n").from("app.users as users")),
            "SELECT `id`, `users`.`name` AS `n` FROM `app`.`users` AS `users`");
  EXPECT_EQ(written(sqlite.select("id", sql("count(*)").as("n"), identifier("a.b")).from("t")),
            R"(SELECT "id", count(*) AS "n", "a.b" FROM "t")");
}

TEST(QueryBuilder, SelectsEachRowOnce) {
  EXPECT_EQ(written(postgresql.select("city").distinct().from("users")),
            R"(SELECT DISTINCT "city" FROM "users")");
}

TEST(QueryBuilder, SelectsFromSubqueriesWhoseValuesStandWhereTheyDo) {
  const auto adults = postgresql.select("id").from("users").where(column("age") >= 18);
  EXPECT_EQ(written(postgresql.select("total")
                        .from("orders")
                        .where(column("year") == 2024)
                        .where(column("user_id").in(subquery(adults)))
                        .where("total > $1", 5)),
            R"(SELECT "total" FROM "orders" WHERE "year" = $1 AND "user_id" IN )"
            R"((SELECT "id" FROM "users" WHERE "age" >= $2) AND (total > $3) | 2024 | 18 | 5)");
  EXPECT_EQ(written(postgresql.select("*").from(subquery(adults).as("adults")).limit(3)),
            R"(SELECT * FROM (SELECT "id" FROM "users" WHERE "age" >= $1) AS "adults" LIMIT 3)"
            " | 18");
  const auto in_mysql = mysql.select("id").from("users").where(column("age") >= 18);
  EXPECT_EQ(written(mysql.delete_from("orders")
                        .where("year < $1 or year > $1", 2000)
                        .where(column("user_id").not_in(subquery(in_mysql)))),
            "DELETE FROM `orders` WHERE (year < ? or year > ?) AND `user_id` NOT IN "
            "(SELECT `id` FROM `users` WHERE `age` >= ?) | 2000 | 2000 | 18");
}

TEST(QueryBuilder, ComparesWithSubqueries) {
  const auto best_order = sqlite.select(sql("max(total)")).from("orders");
  EXPECT_EQ(
      written(sqlite.select("id").from("orders").where(column("total") == subquery(best_order))),
      R"(SELECT "id" FROM "orders" WHERE "total" = (SELECT max(total) FROM "orders"))");
  EXPECT_EQ(
      written(sqlite.update("users").set("best", subquery(best_order)).where(exists(best_order))),
      R"(UPDATE "users" SET "best" = (SELECT max(total) FROM "orders") WHERE EXISTS )"
      R"((SELECT max(total) FROM "orders"))");
  EXPECT_EQ(written(sqlite.select("id").from("users").where(!exists(best_order))),
            R"(SELECT "id" FROM "users" WHERE NOT (EXISTS (SELECT max(total) FROM "orders")))");
}

TEST(QueryBuilder, JoinsTables) {
  EXPECT_EQ(written(postgresql.select("u.name", "o.total")
                        .from("users as u")
                        .join("orders as o", column("o.user_id") == column("u.id"))
                        .left_join("notes", "notes.order_id = o.id")),
            R"(SELECT "u"."name", "o"."total" FROM "users" AS "u")"
            R"( JOIN "orders" AS "o" ON "o"."user_id" = "u"."id")"
            R"( LEFT JOIN "notes" ON notes.order_id = o.id)");
}

TEST(QueryBuilder, HasEveryClauseOfASelectInItsOrder) {
  EXPECT_EQ(written(postgresql.offset(20)
                        .limit(10)
                        .order_by(sql("count(*)").desc(), "city")
                        .having("count(*) > $1", 5)
                        .group_by("city", "country")
                        .where(column("age") >= 18)
                        .from("users")
                        .select("city", sql("count(*)"))),
            R"(SELECT "city", count(*) FROM "users" WHERE "age" >= $1)"
            R"( GROUP BY "city", "country" HAVING count(*) > $2)"
            R"( ORDER BY count(*) DESC, "city" LIMIT 10 OFFSET 20 | 18 | 5)");
}

TEST(QueryBuilder, JoinsConditionsByAnd) {
  EXPECT_EQ(written(postgresql.select("*")
                        .from("t")
                        .where("a = $1 or b = $1", 1)
                        .where(column("c") == 2)
                        .where(column("d") == 3 || column("e").is_null())),
            R"(SELECT * FROM "t" WHERE (a = $1 or b = $1) AND "c" = $2)"
            R"( AND ("d" = $3 OR "e" IS NULL) | 1 | 2 | 3)");
}

TEST(QueryBuilder, SpellsPlaceholdersInTheDialectsWay) {
  const auto of = [](const QueryBuilder& query) {
    return written(query.select("*").from("t").where("a = $1", 1).where("b in ($2, $1)", 2, 3));
  };

  EXPECT_EQ(of(postgresql), R"(SELECT * FROM "t" WHERE (a = $1) AND (b in ($3, $2)) | 1 | 2 | 3)");
  EXPECT_EQ(of(sqlite), R"(SELECT * FROM "t" WHERE (a = ?1) AND (b in (?3, ?2)) | 1 | 2 | 3)");
  EXPECT_EQ(of(mysql), "SELECT * FROM `t` WHERE (a = ?) AND (b in (?, ?)) | 1 | 3 | 2");
}

TEST(QueryBuilder, RepeatsAValueForEachPlaceOfMysql) {
  EXPECT_EQ(written(mysql.select("*").from("t").where("a = $1 or b = $1 or c = $2", 1, 2)),
            "SELECT * FROM `t` WHERE a = ? or b = ? or c = ? | 1 | 1 | 2");
}

TEST(QueryBuilder, LeavesPlaceholdersOpenUntilExecution) {
  const auto of = [](const QueryBuilder& query) {
    return query.select("*").from("users").where("id = $1").where("age > $2").limit(1).to_sql();
  };

  const Statement in_postgresql{
      R"(SELECT * FROM "users" WHERE (id = $1) AND (age > $2) LIMIT 1)", {}, 2};
  const Statement in_sqlite{
      R"(SELECT * FROM "users" WHERE (id = ?1) AND (age > ?2) LIMIT 1)", {}, 2};
  const Statement in_mysql{"SELECT * FROM `users` WHERE (id = ?) AND (age > ?) LIMIT 1", {}, 2};
  EXPECT_EQ(of(postgresql), in_postgresql);
  EXPECT_EQ(of(sqlite), in_sqlite);
  EXPECT_EQ(of(mysql), in_mysql);
}

TEST(QueryBuilder, LetsOpenPlaceholdersMeanTheSameThroughoutTheStatement) {
  const auto query =
      sqlite.select("*").from("t").where("b = $2").where("a = $1 or b = $2").to_sql();

  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(query->text, R"(SELECT * FROM "t" WHERE (b = ?2) AND (a = ?1 or b = ?2))");
  EXPECT_EQ(query->open_placeholders, 2U);
}

TEST(QueryBuilder, InsertsRows) {
  const auto of = [](const QueryBuilder& query) {
    return written(query.insert_into("users")
                       .columns("name", "age")
                       .values("Ada", 36)
                       .values("Grace", std::optional<int>()));
  };
  const std::string values = " | 'Ada' | 36 | 'Grace' | NULL";

  EXPECT_EQ(of(postgresql),
            R"(INSERT INTO "users" ("name", "age") VALUES ($1, $2), ($3, $4))" + values);
  EXPECT_EQ(of(sqlite), R"(INSERT INTO "users" ("name", "age") VALUES (?, ?), (?, ?))" + values);
  EXPECT_EQ(of(mysql), "INSERT INTO `users` (`name`, `age`) VALUES (?, ?), (?, ?)" + values);
}

TEST(QueryBuilder, InsertsManyRowsAtOnceAndExpressions) {
  EXPECT_EQ(written(postgresql.insert_into("t").columns("a", "b").rows({{1, "x"}, {2, "y"}})),
            R"(INSERT INTO "t" ("a", "b") VALUES ($1, $2), ($3, $4) | 1 | 'x' | 2 | 'y')");
  EXPECT_EQ(written(postgresql.insert_into("t").columns("a", "b").values(1, sql("now()"))),
            R"(INSERT INTO "t" ("a", "b") VALUES ($1, now()) | 1)");
}

TEST(QueryBuilder, UpdatesTheRowThatIsThere) {
  const auto of = [](const QueryBuilder& query) {
    return written(query.insert_into("users")
                       .columns("id", "name")
                       .values(1, "Ada")
                       .on_conflict("id")
                       .do_update("name")
                       .set("visits", sql("users.visits + $1", 1)));
  };
  const std::string begin = R"(INSERT INTO "users" ("id", "name") VALUES )";
  const std::string end =
      R"( ON CONFLICT ("id") DO UPDATE SET "name" = excluded."name", "visits" = users.visits + )";

  EXPECT_EQ(of(postgresql), begin + "($1, $2)" + end + "$3 | 1 | 'Ada' | 1");
  EXPECT_EQ(of(sqlite), begin + "(?, ?)" + end + "?3 | 1 | 'Ada' | 1");
  EXPECT_EQ(of(mysql),
            "INSERT INTO `users` (`id`, `name`) VALUES (?, ?) ON DUPLICATE KEY UPDATE "
            "`name` = VALUES(`name`), `visits` = users.visits + ? | 1 | 'Ada' | 1");
}

TEST(QueryBuilder, InsertsManyRowsAsItDoesFew) {
  const auto base = sqlite.insert_into("t").columns("a", "b");
  const std::string text = R"(INSERT INTO "t" ("a", "b") VALUES (?, ?), (?, ?))";

  EXPECT_EQ(written(base.rows({{1, "x"}, {2, nullptr}})), text + " | 1 | 'x' | 2 | NULL");
  EXPECT_EQ(written(base.rows({{1, "x"}}).values(2, nullptr)), text + " | 1 | 'x' | 2 | NULL");
  EXPECT_EQ(written(base.values(1, "x").rows({{2, nullptr}})), text + " | 1 | 'x' | 2 | NULL");
  EXPECT_EQ(written(base.rows({{1, "x"}}).rows({{2, "y"}})), text + " | 1 | 'x' | 2 | 'y'");
}

TEST(QueryBuilder, LetsTheRowStayThatIsThere) {
  const auto of = [](const QueryBuilder& query) {
    return written(query.insert_into("t").columns("a").values(1).on_conflict().do_nothing());
  };

  EXPECT_EQ(of(postgresql), R"(INSERT INTO "t" ("a") VALUES ($1) ON CONFLICT DO NOTHING | 1)");
  EXPECT_EQ(of(sqlite), R"(INSERT INTO "t" ("a") VALUES (?) ON CONFLICT DO NOTHING | 1)");
  EXPECT_EQ(of(mysql), "INSERT IGNORE INTO `t` (`a`) VALUES (?) | 1");
  EXPECT_EQ(written(sqlite.insert_into("t").columns("a").values(1).on_conflict("a").do_nothing()),
            R"(INSERT INTO "t" ("a") VALUES (?) ON CONFLICT ("a") DO NOTHING | 1)");
}

TEST(QueryBuilder, UpdatesRows) {
  const auto of = [](const QueryBuilder& query) {
    return written(query.update("accounts")
                       .set("balance", sql("balance - $1", 10))
                       .set("owner", "Ada")
                       .set("note", nullptr)
                       .where(column("id") == 7));
  };
  const std::string values = " | 10 | 'Ada' | NULL | 7";

  EXPECT_EQ(of(postgresql), R"(UPDATE "accounts" SET "balance" = balance - $1, "owner" = $2,)"
                            R"( "note" = $3 WHERE "id" = $4)" +
                                values);
  EXPECT_EQ(of(mysql),
            "UPDATE `accounts` SET `balance` = balance - ?, `owner` = ?,"
            " `note` = ? WHERE `id` = ?" +
                values);
}

TEST(QueryBuilder, DeletesRows) {
  EXPECT_EQ(written(sqlite.delete_from("users").where("age < $1", 18)),
            R"(DELETE FROM "users" WHERE age < ?1 | 18)");
  EXPECT_EQ(written(sqlite.delete_from("users").all_rows()), R"(DELETE FROM "users")");
  EXPECT_EQ(written(sqlite.update("users").set("age", 1).all_rows()),
            R"(UPDATE "users" SET "age" = ? | 1)");
}

TEST(QueryBuilder, AnswersWithTheRowsThatItTouched) {
  EXPECT_EQ(written(postgresql.insert_into("t").columns("a").values(1).returning("id", "*")),
            R"(INSERT INTO "t" ("a") VALUES ($1) RETURNING "id", * | 1)");
  EXPECT_EQ(written(sqlite.update("t").set("a", 1).all_rows().returning("id")),
            R"(UPDATE "t" SET "a" = ? RETURNING "id" | 1)");
  EXPECT_EQ(written(sqlite.delete_from("t").where("a = 1").returning("*")),
            R"(DELETE FROM "t" WHERE a = 1 RETURNING *)");
}

TEST(QueryBuilder, LeavesTheBuilderThatItGoesOutFrom) {
  const auto users = postgresql.select("*").from("users");
  auto adults = users.where(column("age") >= 18);
  adults = adults.where(column("age") < 65);

  EXPECT_EQ(written(users), R"(SELECT * FROM "users")");
  EXPECT_EQ(written(adults),
            R"(SELECT * FROM "users" WHERE "age" >= $1 AND "age" < $2 | 18 | 65)");
}

TEST(QueryBuilder, AddsToListsWhenCalledAgain) {
  EXPECT_EQ(written(postgresql.select("a").select("b").from("t").order_by("a").order_by("b")),
            R"(SELECT "a", "b" FROM "t" ORDER BY "a", "b")");
  EXPECT_EQ(written(postgresql.insert_into("t").columns("a").columns("b").values(1, 2)),
            R"(INSERT INTO "t" ("a", "b") VALUES ($1, $2) | 1 | 2)");
}

TEST(QueryBuilder, NeverPutsAValueIntoTheText) {
  const std::string evil = "'; drop table users; --";

  EXPECT_EQ(postgresql.select("*").from("t").where("a = $1", evil).to_sql(),
            (Statement{R"(SELECT * FROM "t" WHERE a = $1)", {evil}}));
  EXPECT_EQ(written(postgresql.select("a\"; drop table users; --").from("t")),
            R"(SELECT "a""; drop table users; --" FROM "t")");
}

}  // namespace
}  // namespace poolproof
