#include <poolproof/core/db/timestamp.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

Timestamp at_us(std::int64_t us) {
  return Timestamp(std::chrono::microseconds(us));
}

TEST(TimestampText, BeginsIn1970) {
  EXPECT_EQ(to_string(at_us(0)), "1970-01-01 00:00:00Z");
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00Z"), at_us(0));
}

TEST(TimestampText, HasSixDigitsOfAFractionOrNone) {
  EXPECT_EQ(to_string(at_us(1)), "1970-01-01 00:00:00.000001Z");
  EXPECT_EQ(to_string(at_us(500'000)), "1970-01-01 00:00:00.500000Z");
  EXPECT_EQ(to_string(at_us(86'399'999'999)), "1970-01-01 23:59:59.999999Z");
}

TEST(TimestampText, CountsFractionsForwardsBefore1970Too) {
  EXPECT_EQ(to_string(at_us(-1)), "1969-12-31 23:59:59.999999Z");
  EXPECT_EQ(to_string(at_us(-86'400'000'000)), "1969-12-31 00:00:00Z");
  EXPECT_EQ(parse_timestamp("1969-12-31 23:59:59.999999Z"), at_us(-1));
}

TEST(TimestampText, ReadsFractionsOfOneToSixDigits) {
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00.5"), at_us(500'000));
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00.05"), at_us(50'000));
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00.000005"), at_us(5));
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00.0000005"), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00."), std::nullopt);
}

TEST(TimestampText, ReadsATForTheSpaceAndNoZ) {
  const auto wanted = at_us(86'400'000'000 + 3'600'000'000);

  EXPECT_EQ(parse_timestamp("1970-01-02T01:00:00Z"), wanted);
  EXPECT_EQ(parse_timestamp("1970-01-02 01:00:00"), wanted);
  EXPECT_EQ(parse_timestamp("1970-01-02t01:00:00"), std::nullopt);
}

TEST(TimestampText, SubtractsOffsetsEastOfGreenwich) {
  EXPECT_EQ(parse_timestamp("1970-01-01 02:00:00+02"), at_us(0));
  EXPECT_EQ(parse_timestamp("1970-01-01 05:45:00+05:45"), at_us(0));
  EXPECT_EQ(parse_timestamp("1969-12-31 20:30:00-0330"), at_us(0));
  EXPECT_EQ(parse_timestamp("1970-01-01 00:53:28.5+00:53:28"), at_us(500'000));
}

TEST(TimestampText, RefusesOffsetsThatAreNone) {
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00+2"), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00+24"), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00+02:"), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00+02:60"), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00+02:30:60"), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00 +02"), std::nullopt);
  EXPECT_EQ(parse_timestamp("1970-01-01 00:00:00ZZ"), std::nullopt);
}

TEST(TimestampText, KnowsTheLeapDays) {
  EXPECT_EQ(to_string(*parse_timestamp("2024-02-29 12:00:00")), "2024-02-29 12:00:00Z");
  EXPECT_EQ(to_string(*parse_timestamp("2000-02-29 12:00:00")), "2000-02-29 12:00:00Z");
  EXPECT_EQ(parse_timestamp("1900-02-29 12:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2023-02-29 12:00:00"), std::nullopt);
}

TEST(TimestampText, RefusesDaysAndTimesThatDoNotExist) {
  EXPECT_EQ(parse_timestamp("2026-00-01 00:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-13-01 00:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-04-31 00:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-01-00 00:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-01-01 24:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-01-01 00:60:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-01-01 00:00:60"), std::nullopt);
}

TEST(TimestampText, RefusesWhatIsCutOffOrHasMoreBehind) {
  EXPECT_EQ(parse_timestamp(""), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-01-31"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-1-31 00:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-01-31 12:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("2026-01-31 12:00:00 "), std::nullopt);
  EXPECT_EQ(parse_timestamp(" 2026-01-31 12:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("infinity"), std::nullopt);
}

TEST(TimestampText, SignsYearsOfOtherThanFourDigits) {
  EXPECT_EQ(to_string(*parse_timestamp("0000-02-29 00:00:00")), "0000-02-29 00:00:00Z");
  EXPECT_EQ(to_string(*parse_timestamp("-0043-03-15 00:00:00")), "-0043-03-15 00:00:00Z");
  EXPECT_EQ(to_string(*parse_timestamp("+10000-01-01 00:00:00")), "+10000-01-01 00:00:00Z");
  EXPECT_EQ(parse_timestamp("10000-01-01 00:00:00"), std::nullopt);
}

TEST(TimestampText, GoesAsFarAsPostgresqlDoes) {
  EXPECT_EQ(to_string(*parse_timestamp("-4713-11-24 00:00:00")), "-4713-11-24 00:00:00Z");
  EXPECT_EQ(to_string(*parse_timestamp("+32768-01-01 00:00:00")), "+32768-01-01 00:00:00Z");
  EXPECT_EQ(to_string(*parse_timestamp("+292000-12-31 23:59:59.999999")),
            "+292000-12-31 23:59:59.999999Z");
}

TEST(TimestampText, PrintsTheFirstAndTheLastInstantOfAll) {
  EXPECT_EQ(to_string(Timestamp::min()), "-290308-12-21 19:59:05.224192Z");
  EXPECT_EQ(to_string(Timestamp::max()), "+294247-01-10 04:00:54.775807Z");
}

TEST(TimestampText, ReadsTheFirstAndTheLastInstantOfAll) {
  EXPECT_EQ(parse_timestamp(to_string(Timestamp::min())), Timestamp::min());
  EXPECT_EQ(parse_timestamp(to_string(Timestamp::max())), Timestamp::max());
  EXPECT_EQ(parse_timestamp("-290308-12-20 23:59:05.224192-20:00"), Timestamp::min());
  EXPECT_EQ(parse_timestamp("+294247-01-11 03:00:54.775807+23:00"), Timestamp::max());
}

TEST(TimestampText, RefusesWhatIsBeforeTheFirstInstantOrAfterTheLast) {
  EXPECT_EQ(parse_timestamp("-290308-12-21 19:59:05.224191"), std::nullopt);
  EXPECT_EQ(parse_timestamp("+294247-01-10 04:00:54.775808"), std::nullopt);
  EXPECT_EQ(parse_timestamp("-291000-01-01 00:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("-999999-01-01 00:00:00"), std::nullopt);
  EXPECT_EQ(parse_timestamp("+999999-12-31 23:59:59"), std::nullopt);
}

}  // namespace
}  // namespace poolproof
