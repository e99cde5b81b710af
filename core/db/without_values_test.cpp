#include <poolproof/core/db/without_values.h>

#include <gtest/gtest.h>

#include <limits>

#include <poolproof/core/db/timestamp.h>

namespace poolproof {
namespace {

std::string hidden(std::string message, std::vector<Value> parameters) {
  return without_values(std::move(message), parameters);
}

Value decimal(std::string_view text) {
  return Decimal::parse(text).value();
}

TEST(WithoutValues, HidesTextsInWhateverCase) {
  EXPECT_EQ(hidden("relation \"hunter2\" does not exist", {"Hunter2"}),
            "relation \"***\" does not exist");
  EXPECT_EQ(hidden("no abcdabcdef", {"abcd", "abcdef"}), "no ******");
  EXPECT_EQ(hidden("no secret", {"a text that is longer than the message"}), "no secret");
}

TEST(WithoutValues, HidesWhatIsShortOnlyWhereItStandsAlone) {
  EXPECT_EQ(hidden("no n", {"n"}), "no ***");
  EXPECT_EQ(hidden("int4 is not 4, nor 04", {4}), "int4 is not ***, nor ***");
  EXPECT_EQ(hidden("table t_2024", {2024}), "table t_***");
  EXPECT_EQ(hidden("table t_202", {202}), "table t_202");
}

TEST(WithoutValues, HidesATextThatWasCutOffAsANameIs) {
  const std::string name = std::string(62, 'a') + "\u00e9";

  EXPECT_EQ(hidden("relation \"" + std::string(62, 'a') + "\" does not exist", {name + "secret"}),
            "relation \"***\" does not exist");
}

TEST(WithoutValues, HidesIntegersAsWholeNumbers) {
  EXPECT_EQ(hidden("character too large: 99999999", {99999999}), "character too large: ***");
  EXPECT_EQ(hidden("out of range: 2023-13-01", {2023, 13, 1}), "out of range: ***-***-***");
  EXPECT_EQ(hidden("1000 is not 10000", {1000}), "*** is not 10000");
  EXPECT_EQ(hidden("it is -5", {-5}), "it is -***");
  EXPECT_EQ(hidden("it is -9223372036854775808", {std::numeric_limits<std::int64_t>::min()}),
            "it is -***");
}

TEST(WithoutValues, HidesNumbersHoweverTheyAreWritten) {
  EXPECT_EQ(hidden("12.5 12.50 1.25e1 0.125E+2 125e-1 12.51 125", {12.5}),
            "*** *** *** *** *** 12.51 125");
  EXPECT_EQ(hidden("500.00, 5e+02, 5", {500}), "***, ***, 5");
  EXPECT_EQ(hidden("0 0.00 1", {decimal("-0.0")}), "*** *** 1");
  EXPECT_EQ(hidden("0.5 5", {decimal(".5")}), "*** 5");
  EXPECT_EQ(hidden("7 8", {decimal("7.")}), "*** 8");
  EXPECT_EQ(hidden("from 12 to 12.30", {12}), "from *** to ***.30");
  EXPECT_EQ(hidden("it is 1e+300", {1e300}), "it is ***");
}

TEST(WithoutValues, HidesTheNumberThatATextIs) {
  EXPECT_EQ(hidden("too large: 99999999", {"+0099999999"}), "too large: ***");
}

TEST(WithoutValues, LeavesTheNamesOfParameters) {
  EXPECT_EQ(hidden("no type of $1, which costs $500", {1, 500}),
            "no type of $1, which costs $***");
}

TEST(WithoutValues, HidesTimestamps) {
  const Value fraction = parse_timestamp("2026-01-31 12:34:56.5").value();
  const Value whole = parse_timestamp("2026-01-31 12:34:56").value();

  EXPECT_EQ(hidden("2026-01-31 12:34:56.5+00, 2026-01-31T12:34:56.500000Z", {fraction}),
            "*** ***+00, ***T***00000Z");
  EXPECT_EQ(hidden("2026-01-31 12:34:56", {whole}), "*** ***");
}

TEST(WithoutValues, HidesBlobs) {
  const Value blob = Blob{std::byte{'s'}, std::byte{'e'}, std::byte{'c'}, std::byte{'r'}};

  EXPECT_EQ(hidden("x'73656372' or secr", {blob}), "x'***' or ***");
}

TEST(WithoutValues, LeavesBooleansNullAndWhatIsNoNumber) {
  EXPECT_EQ(
      hidden("true, null, nan, inf", {true, nullptr, std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::infinity(), ""}),
      "true, null, nan, inf");
}

}  // namespace
}  // namespace poolproof
