#include <poolproof/sim/measure/waits.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(Waits, SayNothingOfNobody) {
  EXPECT_EQ(Waits().percentile_ns(50), 0U);
  EXPECT_EQ(Waits().mean_ns(), 0);
}

TEST(Waits, AreExactWhereTheyAreShort) {
  Waits waits;
  for (int ns = 1; ns <= 10; ++ns)
    waits.add(nanoseconds(ns));

  EXPECT_EQ(waits.percentile_ns(50), 5U);
  EXPECT_EQ(waits.percentile_ns(100), 10U);
  EXPECT_EQ(waits.mean_ns(), 5.5);
}

TEST(Waits, AreAtMostAThirtySecondTooLong) {
  for (std::int64_t ns = 1; ns < (std::int64_t{1} << 41); ns += ns / 7 + 1) {
    Waits waits;
    waits.add(nanoseconds(ns));
    waits.add(seconds(4'000));

    const auto said = static_cast<std::int64_t>(waits.percentile_ns(50));

    EXPECT_GE(said, ns);
    EXPECT_LE(said, ns + ns / 32);
  }
}

TEST(Waits, KeepTheLongestExactlyAndBeyondAllBuckets) {
  Waits waits;
  waits.add(nanoseconds(1'000'003));
  Waits others;
  others.add(seconds(9'000));

  EXPECT_EQ(waits.percentile_ns(99.9), 1'000'003U);
  waits.merge(others);
  EXPECT_EQ(waits.count(), 2U);
  EXPECT_EQ(waits.percentile_ns(100), 9'000'000'000'000U);
}

}  // namespace
}  // namespace poolproof::sim
