#include <poolproof/mocks/duration.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include <poolproof/core/rng.h>

namespace poolproof::mocks {
namespace {

using namespace std::chrono_literals;

constexpr Duration hundred_years = std::chrono::hours(100 * 365 * 24);

std::string duration_error(std::string_view text) {
  const auto parsed = parse_duration(text);
  return parsed ? "parsed as " + print_duration(*parsed) : parsed.error();
}

TEST(Duration, PrintsInTheLargestUnitThatKeepsItShort) {
  EXPECT_EQ(print_duration(0ns), "0s");
  EXPECT_EQ(print_duration(12ns), "12ns");
  EXPECT_EQ(print_duration(7us), "7us");
  EXPECT_EQ(print_duration(250ms), "250ms");
  EXPECT_EQ(print_duration(3s), "3s");
  EXPECT_EQ(print_duration(2min), "2min");
  EXPECT_EQ(print_duration(1h), "1h");
}

TEST(Duration, PrintsUpToThreeDecimalsAndNoneOfMinutes) {
  EXPECT_EQ(print_duration(1500ms), "1.5s");
  EXPECT_EQ(print_duration(1005ms), "1.005s");
  EXPECT_EQ(print_duration(1'234'567ns), "1234.567us");
  EXPECT_EQ(print_duration(90s), "90s");
  EXPECT_EQ(print_duration(90min), "90min");
}

TEST(Duration, PrintsTheEdgesOfItsRange) {
  EXPECT_EQ(print_duration(Duration::max()), "never");
  EXPECT_EQ(print_duration(-1500ms), "-1.5s");
  EXPECT_EQ(print_duration(Duration::min()), "-9223372036854775.808us");
}

TEST(Duration, ParsesWhatPeopleWrite) {
  EXPECT_EQ(parse_duration("250ms"), Duration(250ms));
  EXPECT_EQ(parse_duration("1.5h"), Duration(90min));
  EXPECT_EQ(parse_duration("0.25s"), Duration(250ms));
  EXPECT_EQ(parse_duration("1.500000000000s"), Duration(1500ms));
  EXPECT_EQ(parse_duration("007us"), Duration(7us));
  EXPECT_EQ(parse_duration("876000h"), hundred_years);
  EXPECT_EQ(parse_duration("never"), Duration::max());
  EXPECT_EQ(parse_duration("forever"), Duration::max());
}

TEST(Duration, ParsesBackWhateverItPrints) {
  Rng rng(1);
  for (int i = 0; i < 20'000; ++i) {
    // Up to 61 bits, few of them as often as many, and half of them round.
    const std::uint64_t bits = rng.next() >> (3 + rng.below(60));
    const auto length = static_cast<std::int64_t>(rng.chance(1, 2) ? bits / 1000 * 1000 : bits);
    const Duration duration(length);
    ASSERT_EQ(parse_duration(print_duration(duration)), duration) << length << "ns";
  }
}

TEST(Duration, RefusesWhatIsNoNumber) {
  const std::string rule = ": expected a duration such as 250ms, 1.5s or never";
  EXPECT_EQ(duration_error(""), "\"\"" + rule);
  EXPECT_EQ(duration_error("soon"), "\"soon\"" + rule);
  EXPECT_EQ(duration_error("1.s"), "\"1.s\"" + rule);
  EXPECT_EQ(duration_error(".5s"), "\".5s\"" + rule);
  EXPECT_EQ(duration_error(" 5s"), "\" 5s\"" + rule);
}

TEST(Duration, RefusesUnitsItDoesNotKnow) {
  const std::string rule = ": expected a unit after the number: ns, us, ms, s, min or h";
  EXPECT_EQ(duration_error("5"), "\"5\"" + rule);
  EXPECT_EQ(duration_error("5parsecs"), "\"5parsecs\"" + rule);
  EXPECT_EQ(duration_error("1.5.5s"), "\"1.5.5s\"" + rule);
  EXPECT_EQ(duration_error("5s "), "\"5s \"" + rule);
}

TEST(Duration, RefusesWhatDoesNotFit) {
  EXPECT_EQ(duration_error("-5ms"), "\"-5ms\": a duration must not be negative");
  EXPECT_EQ(duration_error("1.5ns"),
            "\"1.5ns\": a duration must be a whole number of nanoseconds");
  EXPECT_EQ(duration_error("876000.1h"), "\"876000.1h\": a duration must not exceed 100 years");
  EXPECT_EQ(duration_error("876001h"), "\"876001h\": a duration must not exceed 100 years");
  EXPECT_EQ(duration_error("18446744073709551617ns"),
            "\"18446744073709551617ns\": a duration must not exceed 100 years");
  std::string endless(100'000, '9');
  endless += 's';
  EXPECT_EQ(duration_error(endless),
            '"' + std::string(40, '9') + "...\": a duration must not exceed 100 years");
}

}  // namespace
}  // namespace poolproof::mocks
