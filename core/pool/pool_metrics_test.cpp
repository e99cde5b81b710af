#include <poolproof/core/pool/pool_metrics.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

using std::chrono::milliseconds;

TEST(PoolMetrics, PrintsInTheAgreedForm) {
  PoolMetrics metrics;
  metrics.total = 10;
  metrics.idle = 3;
  metrics.in_use = 5;
  metrics.invalid = 2;
  metrics.waiting = 1;
  metrics.acquires = 100;
  metrics.timeouts = 2;

  EXPECT_EQ(to_string(metrics),
            "PoolMetrics{ total=10, idle=3, active=5, invalid=2, waiting=1, acquires=100, "
            "timeouts=2 }");
}

TEST(WaitHistogram, AnswersZeroWhenNothingWasCounted) {
  const WaitHistogram waits;

  EXPECT_EQ(waits.count(), 0U);
  EXPECT_EQ(waits.p50(), Duration::zero());
  EXPECT_EQ(waits.p99(), Duration::zero());
  EXPECT_EQ(waits.max(), Duration::zero());
}

TEST(WaitHistogram, CountsCallersWhoDidNotWait) {
  WaitHistogram waits;
  waits.add_none();
  waits.add_none();
  waits.add(milliseconds(8));

  EXPECT_EQ(waits.count(), 3U);
  EXPECT_EQ(waits.p50(), Duration::zero());
  EXPECT_EQ(waits.p99(), milliseconds(8));
}

TEST(WaitHistogram, RoundsUpByAQuarterAtMostAndNeverAboveTheMaximum) {
  WaitHistogram waits;
  waits.add(Duration(1000));
  waits.add(Duration(1'000'000));

  EXPECT_GE(waits.percentile(50), Duration(1000));
  EXPECT_LT(waits.percentile(50), Duration(1250));
  EXPECT_EQ(waits.percentile(100), Duration(1'000'000));
}

TEST(WaitHistogram, CountsTheWaitsBelowABound) {
  WaitHistogram waits;
  waits.add_none();
  waits.add(Duration(1023));
  waits.add(Duration(1024));
  waits.add(std::chrono::hours(24));

  EXPECT_EQ(waits.count_below(Duration(0)), 0U);
  EXPECT_EQ(waits.count_below(Duration(1)), 1U);
  EXPECT_EQ(waits.count_below(Duration(1024)), 2U);
  EXPECT_EQ(waits.count_below(Duration(1280)), 3U);
  EXPECT_EQ(waits.count_below(Duration::max()), 3U);
}

TEST(WaitHistogram, AddsUpTheWaitsUntilItCanNot) {
  WaitHistogram waits;
  waits.add_none();
  waits.add(milliseconds(8));
  waits.add(milliseconds(-8));
  EXPECT_EQ(waits.sum(), milliseconds(8));

  waits.add(Duration::max());
  EXPECT_EQ(waits.sum(), Duration::max());
}

TEST(WaitHistogram, TellsNeighbouringNanosecondsApart) {
  WaitHistogram waits;
  waits.add(Duration(3));
  waits.add(Duration(4));

  EXPECT_EQ(waits.percentile(50), Duration(3));
  EXPECT_EQ(waits.percentile(100), Duration(4));
}

TEST(WaitHistogram, KeepsWaitsOfAnyLength) {
  WaitHistogram waits;
  waits.add(Duration::max());
  waits.add(Duration(-5));

  EXPECT_EQ(waits.count(), 2U);
  EXPECT_EQ(waits.percentile(0), Duration::zero());
  EXPECT_EQ(waits.percentile(100), Duration::max());
}

}  // namespace
}  // namespace poolproof
