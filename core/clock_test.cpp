#include <poolproof/core/clock.h>

#include <gtest/gtest.h>

#include <poolproof/core/rng.h>

namespace poolproof {
namespace {

using std::chrono::seconds;

TEST(Deadline, IsTheTimeoutLater) {
  EXPECT_EQ(deadline_after(Instant(seconds(1)), seconds(2)), Instant(seconds(3)));
}

TEST(Deadline, OfANegativeTimeoutIsNow) {
  EXPECT_EQ(deadline_after(Instant(seconds(1)), seconds(-2)), Instant(seconds(1)));
}

TEST(Deadline, ThatWouldOverflowIsNever) {
  EXPECT_EQ(deadline_after(Instant(seconds(1)), Duration::max()), Instant::max());
}

TEST(SteadyClock, CoarseReadingIsNeverAhead) {
  const SteadyClock clock;

  const Instant coarse = clock.coarse_now();

  EXPECT_LE(coarse, clock.now());
}

TEST(Rng, GivesTheSameNumbersEverywhere) {
  Rng rng(0);

  EXPECT_EQ(rng.next(), 0xe220a8397b1dcdafU);
  EXPECT_EQ(rng.next(), 0x6e789e6aa1b965f4U);
}

TEST(Rng, StaysBelowItsBound) {
  Rng rng(1);

  std::uint32_t largest = 0;
  for (int i = 0; i < 1000; ++i)
    largest = std::max(largest, rng.below(10));

  EXPECT_EQ(largest, 9U);
  EXPECT_EQ(rng.below(0), 0U);
}

}  // namespace
}  // namespace poolproof
