#include <poolproof/core/db/expression.h>

#include <gtest/gtest.h>

#include <poolproof/core/db/statement_writer.h>

namespace poolproof {
namespace {

/// As PostgreSQL would be asked, with the values behind it; or the sentence of the error.
std::string in_words(const Expression& expression) {
  StatementWriter writer(Dialect::postgresql);
  writer.write(expression);
  const auto statement = std::move(writer).finish();
  if (!statement) return to_string(statement.error());
  std::string text = statement->text;
  for (const Value& value : statement->parameters)
    text += " | " + to_string(value);
  return text;
}

TEST(Expression, SplitsNamesAtTheirDots) {
  EXPECT_EQ(in_words(column("id")), R"("id")");
  EXPECT_EQ(in_words(column("public.users.id")), R"("public"."users"."id")");
  EXPECT_EQ(in_words(identifier("users.id")), R"("users.id")");
}

TEST(Expression, LeavesTheStarAlone) {
  EXPECT_EQ(in_words(column("*")), "*");
  EXPECT_EQ(in_words(column("users.*")), R"("users".*)");
  EXPECT_EQ(in_words(column("*.id")), R"("*"."id")");
  EXPECT_EQ(in_words(identifier("*")), R"("*")");
}

TEST(Expression, TakesAnAliasBehindAs) {
  EXPECT_EQ(in_words(column("users.id as user.id")), R"("users"."id" AS "user.id")");
  EXPECT_EQ(in_words(column("id AS Id")), R"("id" AS "Id")");
  EXPECT_EQ(in_words(column("this as that as other")), R"("this as that" AS "other")");
  EXPECT_EQ(in_words(column("alias")), R"("alias")");
  EXPECT_EQ(in_words(sql("count(*)").as("total")), R"(count(*) AS "total")");
}

TEST(Expression, RefusesNamesWithAnEmptyPart) {
  EXPECT_EQ(in_words(column("")), "misuse: an identifier is empty");
  EXPECT_EQ(in_words(column("users.")), "misuse: an identifier is empty");
  EXPECT_EQ(in_words(column(".id")), "misuse: an identifier is empty");
  EXPECT_EQ(in_words(column("id as ")), "misuse: an identifier is empty");
  EXPECT_EQ(in_words(column("id").as("")), "misuse: an identifier is empty");
}

TEST(Expression, ComparesWithValuesAsParameters) {
  EXPECT_EQ(in_words(column("age") == 18), R"("age" = $1 | 18)");
  EXPECT_EQ(in_words(column("age") != 18), R"("age" <> $1 | 18)");
  EXPECT_EQ(in_words(column("age") < 18), R"("age" < $1 | 18)");
  EXPECT_EQ(in_words(column("age") <= 18.5), R"("age" <= $1 | 18.5)");
  EXPECT_EQ(in_words(column("age") > 18), R"("age" > $1 | 18)");
  EXPECT_EQ(in_words(column("name") >= std::string("A")), R"("name" >= $1 | 'A')");
  EXPECT_EQ(in_words(column("is_new") == true), R"("is_new" = $1 | true)");
}

TEST(Expression, ComparesWithOtherExpressions) {
  EXPECT_EQ(in_words(column("a.id") == column("b.id")), R"("a"."id" = "b"."id")");
  EXPECT_EQ(in_words(column("a") != column("b")), R"("a" <> "b")");
  EXPECT_EQ(in_words(column("a") < sql("b + $1", 1)), R"("a" < (b + $1) | 1)");
  EXPECT_EQ(in_words(sql("count(*)") > 5), "(count(*)) > $1 | 5");
  EXPECT_EQ(in_words((column("a") == 1) == column("b")), R"(("a" = $1) = "b" | 1)");
}

TEST(Expression, AsksForNullWithIs) {
  EXPECT_EQ(in_words(column("email").is_null()), R"("email" IS NULL)");
  EXPECT_EQ(in_words(column("email").is_not_null()), R"("email" IS NOT NULL)");
  EXPECT_EQ(in_words(column("email") == nullptr), R"("email" IS NULL)");
  EXPECT_EQ(in_words(column("email") != Value()), R"("email" IS NOT NULL)");
  EXPECT_EQ(in_words(column("email") == std::optional<int>()), R"("email" IS NULL)");
  EXPECT_EQ(in_words(sql("a or b").is_null()), "(a or b) IS NULL");
}

TEST(Expression, HasWhatListsAndRangesNeed) {
  EXPECT_EQ(in_words(column("name").like("A%")), R"("name" LIKE $1 | 'A%')");
  EXPECT_EQ(in_words(column("age").between(18, 65)), R"("age" BETWEEN $1 AND $2 | 18 | 65)");
  EXPECT_EQ(in_words(column("age").between(18, column("max"))),
            R"("age" BETWEEN $1 AND "max" | 18)");
  EXPECT_EQ(in_words(column("id").in({1, 2, 3})), R"("id" IN ($1, $2, $3) | 1 | 2 | 3)");
  EXPECT_EQ(in_words(column("name").in({"a", "b"})), R"("name" IN ($1, $2) | 'a' | 'b')");
  EXPECT_EQ(in_words(column("id").not_in({1})), R"("id" NOT IN ($1) | 1)");
}

TEST(Expression, TakesAnyRangeOfValuesForIn) {
  const std::vector<int> numbers{4, 5};

  EXPECT_EQ(in_words(column("id").in(numbers)), R"("id" IN ($1, $2) | 4 | 5)");
}

TEST(Expression, RefusesAnEmptyList) {
  EXPECT_EQ(in_words(column("id").in({})), "misuse: in() and not_in() need one value at least");
  EXPECT_EQ(in_words(column("id").not_in({})),
            "misuse: in() and not_in() need one value at least");
  EXPECT_EQ(in_words(column("id") == 1 && column("id").in({})),
            "misuse: in() and not_in() need one value at least");
}

TEST(Expression, PutsParenthesesWhereTheyAreNeeded) {
  const auto a = column("a") == 1;
  const auto b = column("b") == 2;
  const auto c = column("c") == 3;
  const std::string values = " | 1 | 2 | 3";

  EXPECT_EQ(in_words((a && b) || c), R"("a" = $1 AND "b" = $2 OR "c" = $3)" + values);
  EXPECT_EQ(in_words(a && (b || c)), R"("a" = $1 AND ("b" = $2 OR "c" = $3))" + values);
  EXPECT_EQ(in_words(a && b && c), R"("a" = $1 AND "b" = $2 AND "c" = $3)" + values);
  EXPECT_EQ(in_words(a || b || c), R"("a" = $1 OR "b" = $2 OR "c" = $3)" + values);
  EXPECT_EQ(in_words(!(a || b) && c), R"(NOT ("a" = $1 OR "b" = $2) AND "c" = $3)" + values);
}

TEST(Expression, KeepsFragmentsApartFromWhatIsAroundThem) {
  EXPECT_EQ(in_words(sql("a or b") && sql("c or d")), "(a or b) AND (c or d)");
  EXPECT_EQ(in_words(sql("a or b") || column("c")), R"((a or b) OR "c")");
  EXPECT_EQ(in_words(!sql("a or b")), "NOT (a or b)");
}

TEST(Expression, NumbersTheFragmentsParametersAnew) {
  EXPECT_EQ(in_words(column("a") == 1 && sql("b = $2 or c = $1 or d = $2", 2, 3)),
            R"("a" = $1 AND (b = $3 or c = $2 or d = $3) | 1 | 2 | 3)");
  EXPECT_EQ(in_words(sql("a = $1", 1) && sql("b = $1", 2)), "(a = $1) AND (b = $2) | 1 | 2");
}

TEST(Expression, SortsInBothDirections) {
  EXPECT_EQ(in_words(column("age").desc()), R"("age" DESC)");
  EXPECT_EQ(in_words(sql("lower(name)").asc()), "lower(name) ASC");
}

}  // namespace
}  // namespace poolproof
