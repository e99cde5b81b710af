#include <poolproof/sim/engine/schedule.h>

#include <gtest/gtest.h>

#include <poolproof/core/rng.h>

namespace poolproof::sim {
namespace {

Choice choice(std::uint32_t options, std::uint32_t chosen) {
  return {.options = options, .chosen = chosen & 0xffffffU};
}

TEST(Schedule, PrintsOneLetterForASmallChoiceAndCountsRuns) {
  const Schedule schedule{choice(2, 0), choice(2, 1), choice(3, 2), choice(9, 7),     choice(2, 0),
                          choice(2, 0), choice(2, 0), choice(2, 0), choice(1000, 999)};

  EXPECT_EQ(print_choices(schedule), "ABK_A.4.!1000.999.");
}

TEST(Schedule, ReadsBackWhatItPrinted) {
  Rng rng(5);
  for (int i = 0; i < 500; ++i) {
    Schedule schedule;
    for (std::uint32_t k = rng.below(60); k > 0; --k) {
      const std::uint32_t options =
          rng.chance(1, 10) ? 2 + rng.below(options_max - 2) : 2 + rng.below(10);
      const Choice one = choice(options, rng.below(options));
      schedule.insert(schedule.end(), rng.chance(1, 5) ? 7 : 1, one);
    }
    const auto parsed = parse_choices(print_choices(schedule));
    ASSERT_TRUE(parsed.has_value()) << parsed.error();
    EXPECT_EQ(*parsed, schedule);
  }
}

TEST(Schedule, NamesTheCharacterThatIsWrong) {
  const auto error_of = [](std::string_view text) { return parse_choices(text).error(); };

  EXPECT_EQ(error_of("AB?"),
            "character 3: \"?\": expected a letter, a digit, \"-\", \"_\" or \"!\"");
  EXPECT_EQ(error_of("\n"),
            "character 1: \"\\x0a\": expected a letter, a digit, \"-\", \"_\" or \"!\"");
  EXPECT_EQ(error_of("AC"), "character 2: \"C\": expected an answer that is one of the options");
  EXPECT_EQ(error_of("A."), "character 3: the end: expected a number below 4294967296");
  EXPECT_EQ(error_of("A.7"), "character 4: the end: expected \".\"");
  EXPECT_EQ(error_of("A.0."), "character 5: the end: expected before it a run of at least 1");
  EXPECT_EQ(error_of("!3.3."),
            "character 6: the end: expected before it an answer that is one of the options");
  EXPECT_EQ(error_of("A.3999999.A.3999999."),
            "character 21: the end: expected a schedule of at most 4000000 choices");
}

TEST(Schedule, HasAnotherFingerprintWhenAnyChoiceDiffers) {
  const Schedule schedule{choice(2, 0), choice(2, 1)};
  Schedule other_kind = schedule;
  other_kind[1].kind = ChoiceKind::fault;

  EXPECT_EQ(fingerprint(schedule), fingerprint(Schedule(schedule)));
  EXPECT_NE(fingerprint(schedule), fingerprint({choice(2, 0), choice(2, 0)}));
  EXPECT_NE(fingerprint(schedule), fingerprint({choice(2, 0), choice(3, 1)}));
  EXPECT_NE(fingerprint(schedule), fingerprint(other_kind));
  EXPECT_NE(fingerprint({}), fingerprint({choice(2, 0)}));
}

}  // namespace
}  // namespace poolproof::sim
