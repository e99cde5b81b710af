#include <poolproof/core/db/value.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

TEST(Value, IsNullUnlessToldOtherwise) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_TRUE(Value(nullptr).is_null());
  EXPECT_FALSE(Value(0).is_null());
}

TEST(Value, TakesEachPlainTypeAsItsKind) {
  EXPECT_EQ(Value(true).kind(), ValueKind::boolean);
  EXPECT_EQ(Value(7).kind(), ValueKind::integer);
  EXPECT_EQ(Value(7U).kind(), ValueKind::integer);
  EXPECT_EQ(Value(1.5).kind(), ValueKind::real);
  EXPECT_EQ(Value("text").kind(), ValueKind::text);
  EXPECT_EQ(Value(Blob{std::byte{1}}).kind(), ValueKind::blob);
  EXPECT_EQ(Value(Timestamp{}).kind(), ValueKind::timestamp);
  EXPECT_EQ(Value(Decimal{}).kind(), ValueKind::decimal);
}

TEST(Value, TakesAnOptionalAsWhatItHoldsOrNull) {
  EXPECT_EQ(Value(std::optional<int>(7)), Value(7));
  EXPECT_EQ(Value(std::optional<std::string>("text")), Value("text"));
  EXPECT_EQ(Value(std::optional<int>()), Value());
}

TEST(Value, TakesAnUnscopedEnumAsItsNumber) {
  enum Colour { red = 1, green };
  enum Direction : std::int8_t { back = -1, forth = 1 };

  EXPECT_EQ(Value(green), Value(2));
  EXPECT_EQ(Value(back), Value(-1));
  EXPECT_EQ(Value(std::optional<Colour>(red)), Value(1));
}

TEST(Value, RefusesEnumsThatAreNoNumbersOrTooLong) {
  enum class Colour { red = 1 };
  enum Wide : std::uint64_t { widest = ~std::uint64_t{} };

  EXPECT_FALSE((std::is_constructible_v<Value, Colour>));
  EXPECT_FALSE((std::is_constructible_v<Value, Wide>));
}

TEST(Value, RefusesNumbersThatDoNotFit) {
  EXPECT_FALSE((std::is_constructible_v<Value, long double>));
  EXPECT_FALSE((std::is_constructible_v<Value, std::uint64_t>));
  EXPECT_FALSE((std::is_constructible_v<Value, void*>));
  EXPECT_FALSE((std::is_constructible_v<Value, std::optional<std::uint64_t>>));
}

TEST(Value, GivesItsContentOnlyAsWhatItIs) {
  const Value value(42);

  ASSERT_NE(value.get_if<std::int64_t>(), nullptr);
  EXPECT_EQ(*value.get_if<std::int64_t>(), 42);
  EXPECT_EQ(value.get_if<double>(), nullptr);
}

TEST(Value, TakesATextIntoTheMemoryOfTheOneBefore) {
  Value value(std::string(100, 'a'));
  const char* const memory = value.get_if<std::string>()->data();

  value = std::string_view("short");
  EXPECT_EQ(value, Value("short"));
  EXPECT_EQ(value.get_if<std::string>()->data(), memory);

  value = std::int64_t{7};
  EXPECT_EQ(value, Value(7));
  value = std::string_view("text");
  EXPECT_EQ(value, Value("text"));
}

TEST(Value, OneIsNotTrue) {
  EXPECT_NE(Value(1), Value(true));
}

TEST(Value, PrintsInTheMannerOfSql) {
  EXPECT_EQ(to_string(Value()), "NULL");
  EXPECT_EQ(to_string(Value(false)), "false");
  EXPECT_EQ(to_string(Value(-42)), "-42");
  EXPECT_EQ(to_string(Value(1.5)), "1.5");
  EXPECT_EQ(to_string(Value("it's")), "'it''s'");
  EXPECT_EQ(to_string(Value(Blob{std::byte{0}, std::byte{255}})), "x'00ff'");
  EXPECT_EQ(to_string(Value(Timestamp{})), "1970-01-01 00:00:00Z");
  EXPECT_EQ(to_string(Value(Decimal::parse("1.50").value())), "1.50");
}

TEST(ValueKind, EveryKindHasItsName) {
  EXPECT_EQ(to_string(ValueKind::null), "null");
  EXPECT_EQ(to_string(ValueKind::boolean), "boolean");
  EXPECT_EQ(to_string(ValueKind::integer), "integer");
  EXPECT_EQ(to_string(ValueKind::real), "real");
  EXPECT_EQ(to_string(ValueKind::text), "text");
  EXPECT_EQ(to_string(ValueKind::blob), "blob");
  EXPECT_EQ(to_string(ValueKind::timestamp), "timestamp");
  EXPECT_EQ(to_string(ValueKind::decimal), "decimal");
}

TEST(Decimal, KeepsItsDigitsAsTheyAreSpelled) {
  EXPECT_EQ(Decimal().text(), "0");
  EXPECT_EQ(Decimal::parse("-12.50")->text(), "-12.50");
  EXPECT_EQ(Decimal::parse("007")->text(), "007");
  EXPECT_NE(Decimal::parse("1.5"), Decimal::parse("1.50"));
}

TEST(Decimal, HasDigitsOnAtLeastOneSideOfThePoint) {
  EXPECT_TRUE(Decimal::parse("1."));
  EXPECT_TRUE(Decimal::parse("-.5"));
  EXPECT_FALSE(Decimal::parse("."));
  EXPECT_FALSE(Decimal::parse("-"));
  EXPECT_FALSE(Decimal::parse(""));
}

TEST(Decimal, KnowsWhatIsNoNumberAndWhatIsEndless) {
  EXPECT_TRUE(Decimal::parse("NaN"));
  EXPECT_TRUE(Decimal::parse("Infinity"));
  EXPECT_TRUE(Decimal::parse("-Infinity"));
  EXPECT_FALSE(Decimal::parse("nan"));
  EXPECT_FALSE(Decimal::parse("inf"));
}

TEST(Decimal, RefusesAllElse) {
  EXPECT_FALSE(Decimal::parse("+1"));
  EXPECT_FALSE(Decimal::parse("1e3"));
  EXPECT_FALSE(Decimal::parse("1.2.3"));
  EXPECT_FALSE(Decimal::parse("1,5"));
  EXPECT_FALSE(Decimal::parse("--1"));
  EXPECT_FALSE(Decimal::parse(" 1"));
}

}  // namespace
}  // namespace poolproof
