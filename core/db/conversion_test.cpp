#include <poolproof/core/db/conversion.h>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace poolproof {
namespace {

constexpr auto smallest = std::numeric_limits<std::int64_t>::min();
constexpr auto largest = std::numeric_limits<std::int64_t>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Decimal decimal(std::string_view text) {
  return Decimal::parse(text).value();
}

/// Why `value` is no T.
template <class T>
std::string refusal(const Value& value) {
  const auto converted = convert<T>(value);
  if (converted.has_value()) return "none";
  EXPECT_EQ(converted.error().kind, DbErrorKind::conversion);
  return converted.error().message;
}

TEST(Conversion, ReadsBooleansFromBooleansZeroAndOne) {
  EXPECT_EQ(convert<bool>(true), true);
  EXPECT_EQ(convert<bool>(0), false);
  EXPECT_EQ(convert<bool>(1), true);
  EXPECT_EQ(refusal<bool>(2), "an integer cannot be read as bool: it is neither 0 nor 1");
  EXPECT_EQ(refusal<bool>("true"), "a text cannot be read as bool: it is of another kind");
  EXPECT_EQ(refusal<bool>(1.0), "a real cannot be read as bool: it is of another kind");
}

TEST(Conversion, ReadsIntegersToTheirVeryEnds) {
  EXPECT_EQ(convert<std::int64_t>(smallest), smallest);
  EXPECT_EQ(convert<std::int64_t>(largest), largest);
  EXPECT_EQ(convert<std::int64_t>(true), 1);
  EXPECT_EQ(convert<std::uint64_t>(largest), static_cast<std::uint64_t>(largest));
  EXPECT_EQ(convert<std::int8_t>(-128), std::int8_t{-128});
  EXPECT_EQ(convert<std::uint8_t>(255), std::uint8_t{255});
}

TEST(Conversion, NamesTheIntegerThatIsTooSmall) {
  EXPECT_EQ(refusal<std::int8_t>(-129),
            "an integer cannot be read as 8-bit integer: it is out of range");
  EXPECT_EQ(refusal<int>(std::int64_t{1} << 31),
            "an integer cannot be read as 32-bit integer: it is out of range");
  EXPECT_EQ(refusal<std::uint64_t>(-1),
            "an integer cannot be read as unsigned 64-bit integer: it is out of range");
}

TEST(Conversion, ReadsIntegersFromWholeReals) {
  EXPECT_EQ(convert<std::int64_t>(-0x1p63), smallest);
  EXPECT_EQ(convert<std::int64_t>(0x1p63 - 1024), largest - 1023);
  EXPECT_EQ(convert<std::int64_t>(0x1p53), std::int64_t{1} << 53);
  EXPECT_EQ(convert<int>(-0.0), 0);
}

TEST(Conversion, RefusesRealsThatAreNoInteger) {
  const std::string sentence =
      "a real cannot be read as integer: it is no whole number within 64 bits";

  EXPECT_EQ(refusal<std::int64_t>(0x1p63), sentence);
  EXPECT_EQ(refusal<std::int64_t>(-0x1p63 - 2048), sentence);
  EXPECT_EQ(refusal<std::int64_t>(0.5), sentence);
  EXPECT_EQ(refusal<std::int64_t>(not_a_number), sentence);
  EXPECT_EQ(refusal<std::int64_t>(infinity), sentence);
  EXPECT_EQ(refusal<std::int64_t>(-infinity), sentence);
}

TEST(Conversion, ReadsIntegersFromWholeDecimals) {
  EXPECT_EQ(convert<std::int64_t>(decimal("-9223372036854775808.000")), smallest);
  EXPECT_EQ(convert<std::int64_t>(decimal("9223372036854775807")), largest);
  EXPECT_EQ(convert<int>(decimal("007.")), 7);
  EXPECT_EQ(convert<int>(decimal("-.0")), 0);
  EXPECT_EQ(convert<int>(decimal("-0")), 0);
}

TEST(Conversion, RefusesDecimalsThatAreNoInteger) {
  const std::string sentence =
      "a decimal cannot be read as integer: it is no whole number within 64 bits";

  EXPECT_EQ(refusal<std::int64_t>(decimal("9223372036854775808")), sentence);
  EXPECT_EQ(refusal<std::int64_t>(decimal("-9223372036854775809")), sentence);
  EXPECT_EQ(refusal<std::int64_t>(decimal("1.50")), sentence);
  EXPECT_EQ(refusal<std::int64_t>(decimal(".000000000000000000000000000001")), sentence);
  EXPECT_EQ(refusal<std::int64_t>(decimal("NaN")), sentence);
  EXPECT_EQ(refusal<std::int64_t>(decimal("-Infinity")), sentence);
}

TEST(Conversion, ReadsNoIntegerFromOtherKinds) {
  EXPECT_EQ(refusal<int>("1"), "a text cannot be read as integer: it is of another kind");
  EXPECT_EQ(refusal<int>(Blob{}), "a blob cannot be read as integer: it is of another kind");
  EXPECT_EQ(refusal<int>(Timestamp{}),
            "a timestamp cannot be read as integer: it is of another kind");
}

TEST(Conversion, ReadsDoublesFromIntegersTheyHold) {
  EXPECT_EQ(convert<double>((std::int64_t{1} << 53)), 0x1p53);
  EXPECT_EQ(convert<double>((std::int64_t{1} << 53) + 2), 0x1p53 + 2);
  EXPECT_EQ(convert<double>(smallest), -0x1p63);
  EXPECT_EQ(refusal<double>((std::int64_t{1} << 53) + 1),
            "an integer cannot be read as double: that would not be exact");
  EXPECT_EQ(refusal<double>(largest),
            "an integer cannot be read as double: that would not be exact");
  EXPECT_EQ(refusal<double>(true), "a boolean cannot be read as double: it is of another kind");
}

TEST(Conversion, ReadsDoublesFromDecimalsTheyHold) {
  EXPECT_EQ(convert<double>(decimal("0.500")), 0.5);
  EXPECT_EQ(convert<double>(decimal("-.125")), -0.125);
  EXPECT_EQ(convert<double>(decimal("00012.")), 12.0);
  EXPECT_EQ(convert<double>(decimal("9007199254740993.0")).has_value(), false);
  EXPECT_EQ(refusal<double>(decimal("0.1")),
            "a decimal cannot be read as double: that would not be exact");
}

TEST(Conversion, KnowsEveryDigitOfADouble) {
  EXPECT_EQ(convert<double>(decimal("0.1000000000000000055511151231257827021181583404541015625")),
            0.1);
  EXPECT_FALSE(
      convert<double>(decimal("0.1000000000000000055511151231257827021181583404541015624")));
  EXPECT_EQ(convert<double>(decimal("1" + std::string(22, '0'))), 1e22);
  EXPECT_FALSE(convert<double>(decimal("1" + std::string(23, '0'))));
  EXPECT_FALSE(convert<double>(decimal("1" + std::string(400, '0'))));
  EXPECT_FALSE(convert<double>(decimal("." + std::string(400, '0') + "1")));
}

TEST(Conversion, KeepsWhatIsNoNumberAndWhatIsEndless) {
  EXPECT_TRUE(std::isnan(convert<double>(not_a_number).value()));
  EXPECT_TRUE(std::isnan(convert<double>(decimal("NaN")).value()));
  EXPECT_EQ(convert<double>(decimal("Infinity")), infinity);
  EXPECT_EQ(convert<double>(decimal("-Infinity")), -infinity);
  EXPECT_TRUE(std::isnan(convert<float>(not_a_number).value()));
  EXPECT_EQ(convert<float>(-infinity), -std::numeric_limits<float>::infinity());
}

TEST(Conversion, ReadsFloatsThatAreExact) {
  EXPECT_EQ(convert<float>(0.5), 0.5F);
  EXPECT_EQ(convert<float>(1 << 24), 0x1p24F);
  EXPECT_EQ(refusal<float>((1 << 24) + 1),
            "an integer cannot be read as float: that would not be exact");
  EXPECT_EQ(refusal<float>(0.1), "a real cannot be read as float: that would not be exact");
  EXPECT_EQ(refusal<float>(1e300), "a real cannot be read as float: that would not be exact");
  EXPECT_EQ(refusal<float>("1"), "a text cannot be read as float: it is of another kind");
}

TEST(Conversion, ReadsTextFromTextAndDecimalsOnly) {
  EXPECT_EQ(convert<std::string>("it's"), "it's");
  EXPECT_EQ(convert<std::string>(std::string("a\0b", 3)), std::string("a\0b", 3));
  EXPECT_EQ(convert<std::string>(decimal("1.50")), "1.50");
  EXPECT_EQ(refusal<std::string>(1), "an integer cannot be read as text: it is of another kind");
  EXPECT_EQ(refusal<std::string>(Timestamp{}),
            "a timestamp cannot be read as text: it is of another kind");
}

TEST(Conversion, ReadsBlobsFromBlobsOnly) {
  EXPECT_EQ(convert<Blob>(Blob{std::byte{0}}), Blob{std::byte{0}});
  EXPECT_EQ(refusal<Blob>("x"), "a text cannot be read as blob: it is of another kind");
}

TEST(Conversion, ReadsTimestampsFromTextToo) {
  const Timestamp second_day(std::chrono::days(1));

  EXPECT_EQ(convert<Timestamp>(second_day), second_day);
  EXPECT_EQ(convert<Timestamp>("1970-01-02 02:00:00+02"), second_day);
  EXPECT_EQ(refusal<Timestamp>("tomorrow"),
            "a text cannot be read as timestamp: it is no date and time");
  EXPECT_EQ(refusal<Timestamp>(0),
            "an integer cannot be read as timestamp: it is of another kind");
}

TEST(Conversion, ReadsDecimalsFromIntegersAndText) {
  EXPECT_EQ(convert<Decimal>(decimal("1.50")), decimal("1.50"));
  EXPECT_EQ(convert<Decimal>(smallest), decimal("-9223372036854775808"));
  EXPECT_EQ(convert<Decimal>("1.50"), decimal("1.50"));
  EXPECT_EQ(refusal<Decimal>("1e3"),
            "a text cannot be read as decimal: it is no number in digits");
  EXPECT_EQ(refusal<Decimal>(0.5), "a real cannot be read as decimal: it is of another kind");
}

TEST(Conversion, ReadsNullAsNothingButAnOptionalAndAValue) {
  EXPECT_EQ(convert<std::optional<int>>(nullptr).value(), std::nullopt);
  EXPECT_EQ(convert<Value>(nullptr), Value());
  EXPECT_EQ(refusal<int>(nullptr), "a null cannot be read as integer");
  EXPECT_EQ(refusal<bool>(nullptr), "a null cannot be read as bool");
  EXPECT_EQ(refusal<double>(nullptr), "a null cannot be read as double");
  EXPECT_EQ(refusal<std::string>(nullptr), "a null cannot be read as text");
  EXPECT_EQ(refusal<Blob>(nullptr), "a null cannot be read as blob");
  EXPECT_EQ(refusal<Timestamp>(nullptr), "a null cannot be read as timestamp");
  EXPECT_EQ(refusal<Decimal>(nullptr), "a null cannot be read as decimal");
}

TEST(Conversion, ReadsOptionalsAsWhatTheyHold) {
  EXPECT_EQ(convert<std::optional<int>>(7).value(), 7);
  EXPECT_EQ(refusal<std::optional<int>>("7"),
            "a text cannot be read as integer: it is of another kind");
}

TEST(Conversion, NeverSaysTheValue) {
  EXPECT_EQ(refusal<int>("secret").find("secret"), std::string::npos);
}

}  // namespace
}  // namespace poolproof
