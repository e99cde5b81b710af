#include <poolproof/core/pool/connection_pool.h>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using fakes::Answer;
using fakes::FakeClock;
using fakes::FakeDatabase;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct ConnectionPoolTests : testing::Test {
  FakeDatabase database;
  FakeClock clock;
};

using ConnectionPoolStory = ConnectionPoolTests;

TEST_F(ConnectionPoolStory, ConstructionOpensNothing) {
  const ConnectionPool pool({}, database, clock);

  EXPECT_EQ(database.connects, 0U);
  EXPECT_EQ(pool.metrics(), PoolMetrics{});
}

TEST_F(ConnectionPoolStory, InvalidConfigIsRefusedInSentences) {
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

TEST_F(ConnectionPoolStory, WarningDoesNotKeepAPoolFromBeingBuilt) {
  const ConnectionPool pool({.idle_timeout = minutes(60)}, database, clock);

  EXPECT_EQ(pool.config().idle_timeout, minutes(60));
}

TEST_F(ConnectionPoolStory, ReleasedConnectionIsUsedAgain) {
  ConnectionPool pool({}, database, clock);
  { auto lease = pool.acquire(); }

  auto again = pool.acquire();

  ASSERT_TRUE(again);
  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(again->connection().use_count, 2U);
  EXPECT_EQ(database.resets, 1U);
}

TEST_F(ConnectionPoolStory, MetricsFollowALeaseThroughItsLife) {
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

TEST_F(ConnectionPoolStory, DestructionClosesEverySession) {
  {
    ConnectionPool pool({.min_size = 3}, database, clock);
    ASSERT_TRUE(pool.ensure_min_size());
    EXPECT_EQ(database.open, 3U);
  }
  EXPECT_EQ(database.open, 0U);
}

TEST_F(ConnectionPoolStory, LeaseOutlivesThePool) {
  std::optional<Lease> lease;
  {
    ConnectionPool pool({}, database, clock);
    lease = std::move(*pool.acquire());
  }

  EXPECT_TRUE(lease->client().ping());
  EXPECT_EQ(database.open, 1U);
  lease.reset();
  EXPECT_EQ(database.open, 0U);
}

TEST_F(ConnectionPoolStory, TryAcquireSaysExhaustedAtOnce) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto lease = pool.acquire();
  const Instant before = clock.now();

  auto none = pool.try_acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::exhausted);
  EXPECT_EQ(clock.now(), before);
  EXPECT_EQ(none.error().message().substr(0, 60),
            "no connection free: max_size 1, in use 1, waiting 0, oldest ");
}

TEST_F(ConnectionPoolStory, TimeoutSaysWhoHoldsTheConnectionSinceWhen) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  const auto where = std::source_location::current();
  auto lease = pool.acquire(where);
  clock.advance(milliseconds(200));

  auto none = pool.acquire(seconds(4));

  ASSERT_FALSE(none);
  EXPECT_EQ(
      none.error().message(),
      "no connection within 4 s: max_size 1, in use 1, waiting 0, oldest lease 4.2 s taken at "
      "connection_pool_test.cpp:" +
          std::to_string(where.line()));
  EXPECT_EQ(pool.metrics().timeouts, 1U);
}

TEST_F(ConnectionPoolStory, AcquireWithoutTimeDoesNotWaitButConnects) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);

  auto lease = pool.acquire(Duration::zero());
  auto none = pool.acquire(Duration::zero());

  EXPECT_TRUE(lease);
  EXPECT_EQ(database.last_deadline, clock.now() + seconds(5));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::timed_out);
}

TEST_F(ConnectionPoolStory, ConnectIsToldTheCallersDeadline) {
  ConnectionPool pool({}, database, clock);

  auto lease = pool.acquire_until(clock.now() + seconds(3));

  EXPECT_TRUE(lease);
  EXPECT_EQ(database.last_deadline, clock.now() + seconds(3));
}

TEST_F(ConnectionPoolStory, WaiterGetsTheConnectionThatComesBack) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  std::optional lease = pool.acquire();
  clock.while_waiting = [&] {
    clock.advance(seconds(2));
    lease.reset();
  };

  auto mine = pool.acquire(seconds(5));

  ASSERT_TRUE(mine);
  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(pool.metrics().waits.max(), seconds(2));
}

TEST_F(ConnectionPoolStory, WaiterGrantedAtItsDeadlineKeepsTheGrant) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  std::optional lease = pool.acquire();
  clock.while_waiting = [&] {
    lease.reset();
    clock.advance(seconds(10));
  };

  EXPECT_TRUE(pool.acquire(seconds(5)));
  EXPECT_EQ(pool.metrics().timeouts, 0U);
}

TEST_F(ConnectionPoolStory, SpuriousWakeUpDoesNotEndAWait) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto lease = pool.acquire();
  const Instant before = clock.now();
  clock.while_waiting = [] {};

  auto none = pool.acquire(seconds(5));

  ASSERT_FALSE(none);
  EXPECT_EQ(clock.now(), before + seconds(5));
}

TEST_F(ConnectionPoolStory, WaiterOpensInTheSlotThatIsPassedToIt) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  std::optional lease = pool.acquire();
  clock.while_waiting = [&] {
    (*lease)->invalidate();
    lease.reset();
  };

  auto mine = pool.acquire(seconds(5));

  ASSERT_TRUE(mine);
  EXPECT_EQ(database.connects, 2U);
  EXPECT_EQ(database.open_at_most, 1U);
}

TEST_F(ConnectionPoolStory, WaiterIsToldThatThePoolClosed) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto lease = pool.acquire();
  clock.while_waiting = [&] { pool.close(); };

  auto none = pool.acquire(seconds(5));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(), "pool is closed");
}

TEST_F(ConnectionPoolStory, WaiterSurvivesThePoolItWaitsIn) {
  auto pool =
      std::make_unique<ConnectionPool>(PoolConfig{.min_size = 0, .max_size = 1}, database, clock);
  std::optional lease = pool->acquire();
  clock.while_waiting = [&] {
    pool.reset();
    lease.reset();
  };

  auto none = pool->acquire(seconds(5));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::closed);
  EXPECT_EQ(database.open, 0U);
}

TEST_F(ConnectionPoolStory, InvalidatedConnectionIsClosedWithoutReset) {
  ConnectionPool pool({}, database, clock);
  {
    auto lease = pool.acquire();
    lease->invalidate();
  }

  EXPECT_EQ(database.open, 0U);
  EXPECT_EQ(database.resets, 0U);
}

TEST_F(ConnectionPoolStory, EndedLeaseReachesNothing) {
  ConnectionPool pool({}, database, clock);
  auto lease = pool.acquire();

  lease->release();
  lease->release();

  EXPECT_FALSE(*lease);
  EXPECT_EQ(pool.metrics().releases, 1U);
}

TEST_F(ConnectionPoolStory, ConnectErrorReachesTheCallerAndFreesTheSlot) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  database.on_connect = []() -> Answer { return fakes::lost("no route to host"); };

  auto none = pool.acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(), "cannot connect: no route to host");
  EXPECT_EQ(pool.metrics().opening, 0U);
  database.on_connect = [] { return Answer{}; };
  EXPECT_TRUE(pool.acquire());
}

TEST_F(ConnectionPoolStory, ThrowingConnectIsAConnectError) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  database.on_connect = []() -> Answer { throw std::runtime_error("driver bug"); };

  auto none = pool.acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().cause, (DbError{DbErrorKind::exception, "driver bug"}));
  EXPECT_EQ(none.error().message(), "cannot connect: driver bug");
}

TEST_F(ConnectionPoolStory, ConnectThatThrowsSomethingElseIsAConnectError) {
  ConnectionPool pool({}, database, clock);
  database.on_connect = []() -> Answer { throw 5; };

  EXPECT_EQ(pool.acquire().error().message(), "cannot connect: not a std::exception");
}

TEST_F(ConnectionPoolStory, ThrowingResetLosesTheConnectionButNotItsSlot) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  database.on_reset = []() -> Answer { throw std::runtime_error("gone"); };
  { auto lease = pool.acquire(); }

  EXPECT_EQ(database.open, 0U);
  EXPECT_TRUE(pool.try_acquire());
}

TEST_F(ConnectionPoolStory, ResetIsNotCalledWhenSwitchedOff) {
  ConnectionPool pool({.reset_on_return = false}, database, clock);
  { auto lease = pool.acquire(); }

  EXPECT_EQ(database.resets, 0U);
}

TEST_F(ConnectionPoolStory, FailedPingIsFollowedByANewConnectionInTheSameSlot) {
  ConnectionPool pool({.min_size = 0, .max_size = 1, .validate_after_idle = seconds(10)}, database,
                      clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(11));
  database.on_ping = []() -> Answer { throw std::runtime_error("gone"); };

  auto lease = pool.acquire();

  ASSERT_TRUE(lease);
  EXPECT_EQ(database.connects, 2U);
  EXPECT_EQ(database.open_at_most, 1U);
  EXPECT_EQ(lease->connection().use_count, 1U);
}

TEST_F(ConnectionPoolStory, PingThatAnswersIsFollowedByTheGrant) {
  ConnectionPool pool({.min_size = 0, .max_size = 1, .validate_after_idle = seconds(10)}, database,
                      clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(11));

  EXPECT_TRUE(pool.acquire());

  EXPECT_EQ(database.pings, 1U);
  EXPECT_EQ(database.connects, 1U);
}

TEST_F(ConnectionPoolStory, ExpiredIdleConnectionIsReplaced) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  { auto lease = pool.acquire(); }
  clock.advance(minutes(31));

  auto lease = pool.acquire();

  ASSERT_TRUE(lease);
  EXPECT_EQ(database.connects, 2U);
  EXPECT_EQ(database.open_at_most, 1U);
}

TEST_F(ConnectionPoolStory, ConnectThatEndsAfterCloseIsClosedAndItsCallerRefused) {
  ConnectionPool pool({}, database, clock);
  database.on_connect = [&] {
    pool.close();
    return Answer{};
  };

  auto none = pool.acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(), "pool is closed");
  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(database.open, 0U);
}

TEST_F(ConnectionPoolStory, PoolMayBeDestroyedByTheConnectItMakes) {
  auto pool = std::make_unique<ConnectionPool>(PoolConfig{}, database, clock);
  database.on_connect = [&] {
    pool.reset();
    return Answer{};
  };

  auto none = pool->acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::closed);
  EXPECT_EQ(database.open, 0U);
}

TEST_F(ConnectionPoolStory, EnsureMinSizeReturnsTheFirstFailure) {
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

TEST_F(ConnectionPoolStory, EnsureMinSizeOfAClosedPoolSaysSo) {
  ConnectionPool pool({}, database, clock);
  pool.close();

  EXPECT_EQ(pool.ensure_min_size().error(),
            (DbError{DbErrorKind::connection_failed, "pool is closed"}));
}

TEST_F(ConnectionPoolStory, HealthCheckReplacesTheDeadAndRestoresTheFloor) {
  ConnectionPool pool({.min_size = 2}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  database.on_ping = []() -> Answer { return fakes::lost("gone"); };

  pool.health_check();

  EXPECT_EQ(database.pings, 2U);
  EXPECT_EQ(database.connects, 4U);
  EXPECT_EQ(database.open, 2U);
}

TEST_F(ConnectionPoolStory, HealthCheckGivesUpOpeningAfterOneFailure) {
  ConnectionPool pool({.min_size = 2}, database, clock);
  database.on_connect = []() -> Answer { return fakes::lost("down"); };

  pool.health_check();

  EXPECT_EQ(database.connects, 1U);
}

TEST_F(ConnectionPoolStory, HealthCheckClosesWhatHasBeenIdleForTooLong) {
  ConnectionPool pool({.min_size = 1, .max_size = 2}, database, clock);
  { auto one = pool.acquire(), other = pool.acquire(); }
  clock.advance(minutes(6));

  pool.health_check();

  EXPECT_EQ(database.open, 1U);
}

TEST_F(ConnectionPoolStory, EvictAllSparesOnlyWhatIsOpenedLater) {
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

TEST_F(ConnectionPoolStory, ResizeBothWays) {
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

TEST_F(ConnectionPoolStory, ResizeRefusesLimitsThatBreakARule) {
  ConnectionPool pool({}, database, clock);

  EXPECT_EQ(pool.resize(5, 3).error().message(), "min_size 5: must not exceed max_size 3");
  EXPECT_EQ(pool.resize(0, 0).error().message(), "max_size 0: must be at least 1");
}

TEST_F(ConnectionPoolStory, CloseRefusesNewcomersButNotLeases) {
  ConnectionPool pool({.min_size = 1}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  auto lease = pool.acquire();

  pool.close();
  pool.close();

  EXPECT_EQ(pool.acquire().error().message(), "pool is closed");
  EXPECT_EQ(pool.try_acquire().error().kind, AcquireErrorKind::closed);
  EXPECT_TRUE(lease->client().ping());
}

TEST_F(ConnectionPoolStory, DrainCountsTheLeasesStillOut) {
  ConnectionPool pool({}, database, clock);
  std::optional lease = pool.acquire();

  EXPECT_EQ(pool.drain(seconds(1)), 1U);
  clock.while_waiting = [&] { lease.reset(); };
  EXPECT_EQ(pool.drain(seconds(1)), 0U);
}

TEST_F(ConnectionPoolStory, ClientCallsMayUseThePool) {
  ConnectionPool pool({.min_size = 1, .max_size = 2}, database, clock);
  std::size_t seen = 0;
  const auto look = [&] {
    seen += 1 + 0 * pool.metrics().total;
    return Answer{};
  };
  database.on_connect = database.on_ping = database.on_reset = look;
  database.on_close = [&] { look(); };

  { auto lease = pool.acquire(); }
  pool.health_check();
  pool.evict_all();

  EXPECT_EQ(seen, 4U);
}

}  // namespace
}  // namespace poolproof
