// ConnectionPool and clients that fail, throw, or call the pool.

#include <gtest/gtest.h>

#include <memory>
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

struct FailingClient : testing::Test {
  FakeDatabase database;
  FakeClock clock;
};

TEST_F(FailingClient, InvalidatedConnectionIsClosedWithoutReset) {
  ConnectionPool pool({}, database, clock);
  {
    auto lease = pool.acquire();
    lease->invalidate();
  }

  EXPECT_EQ(database.open, 0U);
  EXPECT_EQ(database.resets, 0U);
}

TEST_F(FailingClient, ConnectErrorReachesTheCallerAndFreesTheSlot) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  database.on_connect = []() -> Answer { return fakes::lost("no route to host"); };

  auto none = pool.acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(), "cannot connect: no route to host");
  EXPECT_EQ(pool.metrics().opening, 0U);
  database.on_connect = [] { return Answer{}; };
  EXPECT_TRUE(pool.acquire());
}

TEST_F(FailingClient, ThrowingConnectIsAConnectError) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  database.on_connect = []() -> Answer { throw std::runtime_error("driver bug"); };

  auto none = pool.acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().cause, (DbError{DbErrorKind::exception, "driver bug"}));
  EXPECT_EQ(none.error().message(), "cannot connect: driver bug");
}

TEST_F(FailingClient, ConnectThatThrowsSomethingElseIsAConnectError) {
  ConnectionPool pool({}, database, clock);
  database.on_connect = []() -> Answer { throw 5; };

  EXPECT_EQ(pool.acquire().error().message(), "cannot connect: not a std::exception");
}

TEST_F(FailingClient, ThrowingResetLosesTheConnectionButNotItsSlot) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  database.on_reset = []() -> Answer { throw std::runtime_error("gone"); };
  { auto lease = pool.acquire(); }

  EXPECT_EQ(database.open, 0U);
  EXPECT_TRUE(pool.try_acquire());
}

TEST_F(FailingClient, ResetIsNotCalledWhenSwitchedOff) {
  ConnectionPool pool({.reset_on_return = false}, database, clock);
  { auto lease = pool.acquire(); }

  EXPECT_EQ(database.resets, 0U);
}

TEST_F(FailingClient, FailedPingIsFollowedByANewConnectionInTheSameSlot) {
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

TEST_F(FailingClient, PingThatAnswersIsFollowedByTheGrant) {
  ConnectionPool pool({.min_size = 0, .max_size = 1, .validate_after_idle = seconds(10)}, database,
                      clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(11));

  EXPECT_TRUE(pool.acquire());

  EXPECT_EQ(database.pings, 1U);
  EXPECT_EQ(database.connects, 1U);
}

TEST_F(FailingClient, ExpiredIdleConnectionIsReplaced) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  { auto lease = pool.acquire(); }
  clock.advance(minutes(31));

  auto lease = pool.acquire();

  ASSERT_TRUE(lease);
  EXPECT_EQ(database.connects, 2U);
  EXPECT_EQ(database.open_at_most, 1U);
}

TEST_F(FailingClient, ConnectThatEndsAfterCloseIsClosedAndItsCallerRefused) {
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

TEST_F(FailingClient, PoolMayBeDestroyedByTheConnectItMakes) {
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

TEST_F(FailingClient, ClientCallsMayUseThePool) {
  ConnectionPool pool({.min_size = 1, .max_size = 2}, database, clock);
  std::size_t seen = 0;
  const auto look = [&] {
    seen += pool.metrics().total <= 2 ? 1U : 0U;
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
