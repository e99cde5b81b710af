#include <poolproof/core/backoff.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, DoublesUpToItsLongestPause) {
  const Backoff backoff{.first = 10ms, .max = 45ms};

  EXPECT_EQ(longest_pause(1, backoff), 10ms);
  EXPECT_EQ(longest_pause(2, backoff), 20ms);
  EXPECT_EQ(longest_pause(3, backoff), 40ms);
  EXPECT_EQ(longest_pause(4, backoff), 45ms);
  EXPECT_EQ(longest_pause(1'000'000, backoff), 45ms);
}

TEST(Backoff, LeavesTheUpperHalfToChance) {
  const Backoff backoff{.first = 10ms, .max = 1s};
  Rng rng(1);
  Duration shortest = 1h;
  Duration longest{};
  for (int i = 0; i < 1000; ++i) {
    const Duration pause = pause_after(1, backoff, rng);
    shortest = std::min(shortest, pause);
    longest = std::max(longest, pause);
  }

  EXPECT_GE(shortest, 5ms);
  EXPECT_LT(shortest, 5100us);
  EXPECT_LE(longest, 10ms);
  EXPECT_GT(longest, 9900us);
}

TEST(Backoff, IsNothingWhenItBeginsWithNothing) {
  Rng rng(1);

  EXPECT_EQ(pause_after(1, {}, rng), Duration::zero());
  EXPECT_EQ(pause_after(7, {.first = 0s, .max = 1s}, rng), Duration::zero());
}

}  // namespace
}  // namespace poolproof
