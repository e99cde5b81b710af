#include <poolproof/sim/report/words.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

TEST(Words, GroupDigitsByThree) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Words, CountInTheSingularAndThePlural) {
  EXPECT_EQ(number_of(1, "schedule"), "1 schedule");
  EXPECT_EQ(number_of(0, "schedule"), "0 schedules");
  EXPECT_EQ(number_of(2000, "schedule"), "2,000 schedules");
}

TEST(Words, GiveARateOnlyWhereTimeWasMeasured) {
  EXPECT_EQ(rate(3000, std::chrono::seconds(2)), "1,500/s");
  EXPECT_EQ(rate(3000, Duration::zero()), "-");
}

TEST(Words, ShortenOnlyWhatIsTooLong) {
  EXPECT_EQ(shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(shortened("abcdef", 5), "abc..");
  EXPECT_EQ(shortened("abcdef", 2), "ab");
}

TEST(Words, WrapAtSpaces) {
  EXPECT_EQ(wrapped("one two three", 2, 10), "  one two\n  three\n");
  EXPECT_EQ(wrapped("incomprehensible", 2, 10), "  incomprehensible\n");
}

TEST(Words, QuoteWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_word("hand-off"), "hand-off");
  EXPECT_EQ(shell_word("hand-off~3"), "hand-off~3");
  EXPECT_EQ(shell_word("~/my.toml"), "'~/my.toml'");
  EXPECT_EQ(shell_word("dir/my file.toml"), "'dir/my file.toml'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace poolproof::sim
