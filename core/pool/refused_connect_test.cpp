// ConnectionPool: what becomes of callers, and of the next connects, when the server refuses one.

#include <gtest/gtest.h>

#include <optional>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/fakes.h>

namespace poolproof {
namespace {

using fakes::FakeClock;
using fakes::FakeDatabase;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct RefusedConnect : testing::Test {
  FakeDatabase database;
  FakeClock clock;

  /// The server lets in so many.
  void grant(std::size_t most) {
    database.on_connect = [this, most]() -> fakes::Answer {
      if (database.open < most) return {};
      return fakes::lost("too many connections");
    };
  }
};

constexpr PoolConfig two{.min_size = 0, .max_size = 2, .connect_backoff_max = milliseconds(10)};

TEST_F(RefusedConnect, LetsItsCallerWaitForAnotherConnection) {
  ConnectionPool pool(two, database, clock);
  grant(1);
  std::optional<Lease> first = std::move(*pool.acquire());
  clock.while_waiting = [&] { first.reset(); };

  auto second = pool.acquire(seconds(2));

  ASSERT_TRUE(second);
  EXPECT_EQ(database.open, 1U);
  EXPECT_EQ(pool.metrics().connect_failures, 1U);
}

TEST_F(RefusedConnect, IsToldAtTheDeadlineWithItsCause) {
  ConnectionPool pool(two, database, clock);
  grant(1);
  auto first = pool.acquire();
  const Instant before = clock.now();

  auto none = pool.acquire(milliseconds(3));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::timed_out);
  EXPECT_EQ(clock.now(), before + milliseconds(3));
  EXPECT_EQ(none.error().cause.message, "too many connections");
  const std::string said = none.error().message();
  EXPECT_EQ(said.substr(0, said.find(',')), "no connection within 3 ms: max_size 2");
  EXPECT_NE(said.find("; cannot connect: too many connections"), std::string::npos) << said;
}

TEST_F(RefusedConnect, IsToldAtOnceWhereThereIsNoOther) {
  ConnectionPool pool(two, database, clock);
  grant(0);
  const Instant before = clock.now();

  auto none = pool.acquire(seconds(2));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::connect_failed);
  EXPECT_EQ(none.error().message(), "cannot connect: too many connections");
  EXPECT_EQ(clock.now(), before);
}

TEST_F(RefusedConnect, IsToldAtOnceByAPoolThatIsToldToSaySo) {
  PoolConfig config = two;
  config.wait_when_refused = false;
  ConnectionPool pool(config, database, clock);
  grant(1);
  auto first = pool.acquire();

  auto none = pool.acquire(seconds(2));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::connect_failed);
}

TEST_F(RefusedConnect, IsNotRepeatedWithinThePause) {
  ConnectionPool pool(two, database, clock);
  grant(0);
  static_cast<void>(pool.acquire());

  auto tried = pool.try_acquire();
  auto asked = pool.acquire(seconds(0));
  auto ensured = pool.ensure_min_size();

  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(tried.error().message(), "cannot connect: too many connections");
  EXPECT_EQ(asked.error().kind, AcquireErrorKind::connect_failed);
  EXPECT_TRUE(ensured);  // Nothing is missing.
}

TEST_F(RefusedConnect, TellsTheFloorOfTheRefusalBefore) {
  PoolConfig config = two;
  config.min_size = 1;
  ConnectionPool pool(config, database, clock);
  grant(0);

  const auto first = pool.ensure_min_size();
  const auto second = pool.ensure_min_size();
  pool.health_check();

  ASSERT_FALSE(first);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message, "too many connections");
  EXPECT_EQ(database.connects, 1U);
}

TEST_F(RefusedConnect, IsRepeatedForTheOldestWaiterAfterThePause) {
  ConnectionPool pool(two, database, clock);
  grant(0);
  static_cast<void>(pool.acquire());
  const Instant before = clock.now();
  grant(1);

  auto lease = pool.acquire(seconds(2));

  ASSERT_TRUE(lease);
  EXPECT_EQ(database.connects, 2U);
  EXPECT_GE(clock.now() - before, milliseconds(5));
  EXPECT_LE(clock.now() - before, milliseconds(10));
}

TEST_F(RefusedConnect, PausesForLongerEachTime) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  grant(0);
  const Instant before = clock.now();

  while (clock.now() < before + seconds(3))
    static_cast<void>(pool.acquire(seconds(5)));

  EXPECT_GE(database.connects, 8U);  // 10, 20, 40 ... 640 ms, each less at most a half
  EXPECT_LE(database.connects, 14U);
}

TEST_F(RefusedConnect, BeginsAnewWithTheShortestPauseAfterASuccess) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  grant(0);
  for (int i = 0; i < 5; ++i)
    static_cast<void>(pool.acquire(seconds(5)));
  grant(1);
  auto lease = pool.acquire(seconds(5));
  lease->invalidate();
  lease->release();
  grant(0);
  static_cast<void>(pool.acquire());
  const Instant before = clock.now();
  grant(1);

  ASSERT_TRUE(pool.acquire(seconds(5)));

  EXPECT_LE(clock.now() - before, milliseconds(10));
}

TEST_F(RefusedConnect, DoesNotKeepAnIdleConnectionFromAnybody) {
  ConnectionPool pool(two, database, clock);
  grant(1);
  std::optional<Lease> first = std::move(*pool.acquire());
  static_cast<void>(pool.try_acquire());
  first.reset();
  const Instant before = clock.now();

  auto lease = pool.acquire(seconds(2));

  ASSERT_TRUE(lease);
  EXPECT_EQ(clock.now(), before);
}

TEST_F(RefusedConnect, IsPassedToTheNextAtOnceWithoutAPause) {
  PoolConfig config = two;
  config.connect_backoff = Duration::zero();
  ConnectionPool pool(config, database, clock);
  grant(0);
  static_cast<void>(pool.acquire());
  grant(1);

  EXPECT_TRUE(pool.try_acquire());
}

TEST_F(RefusedConnect, IsNoneWhenItsCallerWasInAHurry) {
  ConnectionPool pool(two, database, clock);
  database.on_connect = [&]() -> fakes::Answer {
    clock.advance(milliseconds(1));
    return std::unexpected(DbError{DbErrorKind::timed_out, "no answer in time"});
  };
  auto hurried = pool.acquire(milliseconds(1));
  grant(1);

  ASSERT_FALSE(hurried);
  EXPECT_EQ(hurried.error().message(), "cannot connect: no answer in time");
  EXPECT_TRUE(pool.try_acquire());
}

}  // namespace
}  // namespace poolproof
