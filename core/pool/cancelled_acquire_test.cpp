// ConnectionPool: an acquire whose stop token is asked to stop.

#include <gtest/gtest.h>

#include <optional>
#include <stop_token>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using fakes::FakeClock;
using fakes::FakeDatabase;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct CancelledAcquire : testing::Test {
  FakeDatabase database;
  FakeClock clock;
  std::stop_source stop;
};

TEST_F(CancelledAcquire, TakesWhatIsThereWhenNobodyStopsIt) {
  ConnectionPool pool({}, database, clock);

  auto lease = pool.acquire(seconds(1), stop.get_token());

  ASSERT_TRUE(lease);
  EXPECT_FALSE(stop.stop_requested());
}

TEST_F(CancelledAcquire, TakesNothingWhenItWasStoppedBefore) {
  ConnectionPool pool({}, database, clock);
  stop.request_stop();

  auto none = pool.acquire(stop.get_token());

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::cancelled);
  EXPECT_EQ(none.error().message(), "cancelled after 0 s");
  EXPECT_EQ(database.connects, 0U);
}

TEST_F(CancelledAcquire, LeavesTheQueueAtOnce) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  auto lease = pool.acquire();
  const Instant before = clock.now();
  std::size_t waiting = 0;
  clock.while_waiting = [&] {
    clock.advance(milliseconds(3));
    waiting = pool.metrics().waiting;
    stop.request_stop();
  };

  auto none = pool.acquire_until(before + seconds(5), stop.get_token());

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::cancelled);
  EXPECT_EQ(none.error().message(), "cancelled after 3 ms");
  EXPECT_EQ(clock.now(), before + milliseconds(3));
  EXPECT_EQ(waiting, 1U);
  EXPECT_EQ(pool.metrics().waiting, 0U);
  EXPECT_EQ(pool.metrics().timeouts, 0U);
}

TEST_F(CancelledAcquire, KeepsWhatItWasGrantedBefore) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  std::optional<Lease> lease = std::move(*pool.acquire());
  clock.while_waiting = [&] {
    lease.reset();
    stop.request_stop();
  };

  auto next = pool.acquire(seconds(5), stop.get_token());

  ASSERT_TRUE(next);
  EXPECT_EQ(database.connects, 1U);
}

TEST_F(CancelledAcquire, LeavesTheConnectionUnderWayToTheNext) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  database.on_connect = [&]() -> fakes::Answer {
    stop.request_stop();
    return {};
  };

  auto none = pool.acquire(seconds(5), stop.get_token());
  auto next = pool.try_acquire();

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::cancelled);
  ASSERT_TRUE(next);
  EXPECT_EQ(database.connects, 1U);
}

TEST_F(CancelledAcquire, IsToldNothingOfARefusalThatItDidNotWaitFor) {
  ConnectionPool pool({}, database, clock);
  database.on_connect = [&]() -> fakes::Answer {
    stop.request_stop();
    return fakes::lost("too many connections");
  };

  auto none = pool.acquire(seconds(5), stop.get_token());

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::cancelled);
  EXPECT_FALSE(none.error().has_cause());
  EXPECT_EQ(pool.metrics().opening, 0U);
}

TEST_F(CancelledAcquire, LeavesTheConnectionThatItPinged) {
  ConnectionPool pool({.min_size = 0, .max_size = 1, .validate_after_idle = seconds(1)}, database,
                      clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(2));
  database.on_ping = [&]() -> fakes::Answer {
    stop.request_stop();
    return {};
  };

  auto none = pool.acquire(seconds(5), stop.get_token());

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::cancelled);
  EXPECT_EQ(pool.metrics().idle, 1U);
}

TEST_F(CancelledAcquire, ReplacesNoConnectionWhosePingFailed) {
  ConnectionPool pool({.min_size = 0, .max_size = 1, .validate_after_idle = seconds(1)}, database,
                      clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(2));
  database.on_ping = [&]() -> fakes::Answer {
    stop.request_stop();
    return fakes::lost("gone");
  };

  auto none = pool.acquire(seconds(5), stop.get_token());

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::cancelled);
  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(database.open, 0U);
  EXPECT_TRUE(pool.try_acquire());
}

TEST_F(CancelledAcquire, MayOutliveThePool) {
  std::optional<ConnectionPool> pool;
  pool.emplace(PoolConfig{.min_size = 0, .max_size = 1}, database, clock);
  std::optional<Lease> lease = std::move(*pool->acquire());
  clock.while_waiting = [&] {
    pool.reset();
    stop.request_stop();
  };

  auto none = pool->acquire(seconds(5), stop.get_token());

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::closed);
  lease.reset();
  EXPECT_EQ(database.open, 0U);
}

}  // namespace
}  // namespace poolproof
