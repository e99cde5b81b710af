// ConnectionPool: taking connections out, waiting for them, giving them back.

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using fakes::FakeClock;
using fakes::FakeDatabase;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Acquire : testing::Test {
  FakeDatabase database;
  FakeClock clock;
};

TEST_F(Acquire, ReleasedConnectionIsUsedAgain) {
  ConnectionPool pool({}, database, clock);
  { auto lease = pool.acquire(); }

  auto again = pool.acquire();

  ASSERT_TRUE(again);
  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(again->connection().use_count, 2U);
  EXPECT_EQ(database.resets, 1U);
}

TEST_F(Acquire, LeaseOutlivesThePool) {
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

TEST_F(Acquire, TryAcquireSaysExhaustedAtOnce) {
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

TEST_F(Acquire, TimeoutSaysWhoHoldsTheConnectionSinceWhen) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  const auto where = std::source_location::current();
  auto lease = pool.acquire(where);
  clock.advance(milliseconds(200));

  auto none = pool.acquire(seconds(4));

  ASSERT_FALSE(none);
  EXPECT_EQ(
      none.error().message(),
      "no connection within 4 s: max_size 1, in use 1, waiting 0, oldest lease 4.2 s taken at "
      "acquire_test.cpp:" +
          std::to_string(where.line()));
  EXPECT_EQ(pool.metrics().timeouts, 1U);
}

TEST_F(Acquire, AcquireWithoutTimeDoesNotWaitButConnects) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);

  auto lease = pool.acquire(Duration::zero());
  auto none = pool.acquire(Duration::zero());

  EXPECT_TRUE(lease);
  EXPECT_EQ(database.last_deadline, clock.now() + seconds(5));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::timed_out);
}

TEST_F(Acquire, ConnectIsToldTheCallersDeadline) {
  ConnectionPool pool({}, database, clock);

  auto lease = pool.acquire_until(clock.now() + seconds(3));

  EXPECT_TRUE(lease);
  EXPECT_EQ(database.last_deadline, clock.now() + seconds(3));
}

TEST_F(Acquire, WaiterGetsTheConnectionThatComesBack) {
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

TEST_F(Acquire, WaiterGrantedAtItsDeadlineKeepsTheGrant) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  std::optional lease = pool.acquire();
  clock.while_waiting = [&] {
    lease.reset();
    clock.advance(seconds(10));
  };

  EXPECT_TRUE(pool.acquire(seconds(5)));
  EXPECT_EQ(pool.metrics().timeouts, 0U);
}

TEST_F(Acquire, SpuriousWakeUpDoesNotEndAWait) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto lease = pool.acquire();
  const Instant before = clock.now();
  clock.while_waiting = [] {};

  auto none = pool.acquire(seconds(5));

  ASSERT_FALSE(none);
  EXPECT_EQ(clock.now(), before + seconds(5));
}

TEST_F(Acquire, WaiterOpensInTheSlotThatIsPassedToIt) {
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

TEST_F(Acquire, WaiterIsToldThatThePoolClosed) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto lease = pool.acquire();
  clock.while_waiting = [&] { pool.close(); };

  auto none = pool.acquire(seconds(5));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(), "pool is closed");
}

TEST_F(Acquire, WaiterSurvivesThePoolItWaitsIn) {
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

TEST_F(Acquire, EndedLeaseReachesNothing) {
  ConnectionPool pool({}, database, clock);
  auto lease = pool.acquire();

  lease->release();
  lease->release();

  EXPECT_FALSE(*lease);
  EXPECT_EQ(pool.metrics().releases, 1U);
}

}  // namespace
}  // namespace poolproof
