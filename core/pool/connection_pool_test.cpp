// ConnectionPool: the operations on the pool as a whole.

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using fakes::Answer;
using fakes::FakeClock;
using fakes::FakeDatabase;
using std::chrono::minutes;
using std::chrono::seconds;

struct WholePool : testing::Test {
  FakeDatabase database;
  FakeClock clock;
};

TEST_F(WholePool, ConstructionOpensNothing) {
  const ConnectionPool pool({}, database, clock);

  EXPECT_EQ(database.connects, 0U);
  EXPECT_EQ(pool.metrics(), PoolMetrics{});
}

TEST_F(WholePool, InvalidConfigIsRefusedInSentences) {
  try {
    const ConnectionPool pool({.min_size = 5, .max_size = 3, .acquire_timeout = seconds(-1)},
                              database, clock);
    FAIL() << "a pool was built";
  } catch (const std::invalid_argument& refused) {
    EXPECT_STREQ(refused.what(),
                 "min_size 5: must not exceed max_size 3; acquire_timeout -1 s: must not be "
                 "negative");
  }
}

TEST_F(WholePool, WarningDoesNotKeepAPoolFromBeingBuilt) {
  const ConnectionPool pool({.idle_timeout = minutes(60)}, database, clock);

  EXPECT_EQ(pool.config().idle_timeout, minutes(60));
}

TEST_F(WholePool, MetricsFollowALeaseThroughItsLife) {
  ConnectionPool pool({}, database, clock);

  std::optional lease = pool.acquire();
  EXPECT_EQ(to_string(pool.metrics()),
            "PoolMetrics{ total=1, idle=0, active=1, invalid=0, waiting=0, acquires=1, timeouts=0 "
            "}");

  lease.reset();
  EXPECT_EQ(to_string(pool.metrics()),
            "PoolMetrics{ total=1, idle=1, active=0, invalid=0, waiting=0, acquires=1, timeouts=0 "
            "}");
  EXPECT_EQ(pool.metrics().releases, 1U);
  EXPECT_EQ(pool.metrics().waits.count(), 1U);
}

TEST_F(WholePool, DestructionClosesEverySession) {
  {
    ConnectionPool pool({.min_size = 3}, database, clock);
    ASSERT_TRUE(pool.ensure_min_size());
    EXPECT_EQ(database.open, 3U);
  }
  EXPECT_EQ(database.open, 0U);
}

TEST_F(WholePool, EnsureMinSizeReturnsTheFirstFailure) {
  ConnectionPool pool({.min_size = 3}, database, clock);
  database.on_connect = [&]() -> Answer {
    if (database.connects == 2) return fakes::lost("too many clients");
    return {};
  };

  const auto opened = pool.ensure_min_size();

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message, "too many clients");
  EXPECT_EQ(pool.metrics().idle, 1U);
}

TEST_F(WholePool, EnsureMinSizeOfAClosedPoolSaysSo) {
  ConnectionPool pool({}, database, clock);
  pool.close();

  EXPECT_EQ(pool.ensure_min_size().error(),
            (DbError{DbErrorKind::connection_failed, "pool is closed"}));
}

TEST_F(WholePool, HealthCheckReplacesTheDeadAndRestoresTheFloor) {
  ConnectionPool pool({.min_size = 2}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  database.on_ping = []() -> Answer { return fakes::lost("gone"); };

  pool.health_check();

  EXPECT_EQ(database.pings, 2U);
  EXPECT_EQ(database.connects, 4U);
  EXPECT_EQ(database.open, 2U);
}

TEST_F(WholePool, HealthCheckGivesUpOpeningAfterOneFailure) {
  ConnectionPool pool({.min_size = 2}, database, clock);
  database.on_connect = []() -> Answer { return fakes::lost("down"); };

  pool.health_check();

  EXPECT_EQ(database.connects, 1U);
}

TEST_F(WholePool, HealthCheckClosesWhatHasBeenIdleForTooLong) {
  ConnectionPool pool({.min_size = 1, .max_size = 2}, database, clock);
  { auto one = pool.acquire(), other = pool.acquire(); }
  clock.advance(minutes(6));

  pool.health_check();

  EXPECT_EQ(database.open, 1U);
}

TEST_F(WholePool, EvictAllSparesOnlyWhatIsOpenedLater) {
  ConnectionPool pool({.min_size = 0, .max_size = 2}, database, clock);
  std::optional leased = pool.acquire();
  { auto idle = pool.acquire(); }

  pool.evict_all();
  EXPECT_EQ(database.open, 1U);
  leased.reset();
  EXPECT_EQ(database.open, 0U);

  { auto later = pool.acquire(); }
  EXPECT_EQ(database.open, 1U);
}

TEST_F(WholePool, ResizeBothWays) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto first = pool.acquire();

  ASSERT_TRUE(pool.resize(0, 3));
  {
    auto second = pool.try_acquire(), third = pool.try_acquire(), fourth = pool.try_acquire();
    EXPECT_TRUE(second);
    EXPECT_TRUE(third);
    EXPECT_FALSE(fourth);
  }
  ASSERT_TRUE(pool.resize(0, 1));

  EXPECT_EQ(database.open, 1U);
  EXPECT_FALSE(pool.try_acquire());
}

TEST_F(WholePool, ResizeRefusesLimitsThatBreakARule) {
  ConnectionPool pool({}, database, clock);

  EXPECT_EQ(pool.resize(5, 3).error().message(), "min_size 5: must not exceed max_size 3");
  EXPECT_EQ(pool.resize(0, 0).error().message(), "max_size 0: must be at least 1");
}

TEST_F(WholePool, CloseRefusesNewcomersButNotLeases) {
  ConnectionPool pool({.min_size = 1}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  auto lease = pool.acquire();

  pool.close();
  pool.close();

  EXPECT_EQ(pool.acquire().error().message(), "pool is closed");
  EXPECT_EQ(pool.try_acquire().error().kind, AcquireErrorKind::closed);
  EXPECT_TRUE(lease->client().ping());
}

TEST_F(WholePool, DrainCountsTheLeasesStillOut) {
  ConnectionPool pool({}, database, clock);
  std::optional lease = pool.acquire();

  EXPECT_EQ(pool.drain(seconds(1)), 1U);
  clock.while_waiting = [&] { lease.reset(); };
  EXPECT_EQ(pool.drain(seconds(1)), 0U);
}

TEST(ConnectionPool, LetsNoDeadlineOutliveTheLeaseThatSetIt) {
  FakeDatabase database;
  FakeClock clock;
  ConnectionPool pool({.min_size = 0, .reset_on_return = false}, database, clock);
  auto lease = pool.acquire();
  lease->client().set_deadline(clock.now());

  lease->release();

  EXPECT_EQ(database.call_deadline, Instant::max());
}

}  // namespace
}  // namespace poolproof
