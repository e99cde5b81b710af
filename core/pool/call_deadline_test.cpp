// ConnectionPool: until when the client's calls may last, and sessions that are known to be gone.

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

struct CallDeadline : testing::Test {
  FakeDatabase database;
  FakeClock clock;

  /// A ping that answers when its deadline has come.
  void hang_in_ping() {
    database.on_ping = [this]() -> fakes::Answer {
      clock.sleep_until(database.call_deadline);
      return std::unexpected(DbError{DbErrorKind::timed_out, "no answer"});
    };
  }
};

constexpr PoolConfig pinging{
    .min_size = 0, .max_size = 1, .validate_after_idle = milliseconds(500)};

TEST_F(CallDeadline, OfAPingIsItsCallers) {
  ConnectionPool pool(pinging, database, clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(1));
  hang_in_ping();
  const Instant before = clock.now();

  auto none = pool.acquire(seconds(1));

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::timed_out);
  EXPECT_EQ(clock.now(), before + seconds(1));
  EXPECT_EQ(database.connects, 1U);
  EXPECT_EQ(database.open, 0U);
}

TEST_F(CallDeadline, OfAPingForSomebodyWhoDoesNotWaitIsTheAcquireTimeout) {
  ConnectionPool pool(pinging, database, clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(1));
  Instant deadline;
  database.on_ping = [&]() -> fakes::Answer {
    deadline = database.call_deadline;
    return {};
  };

  ASSERT_TRUE(pool.try_acquire());

  EXPECT_EQ(deadline, clock.now() + pinging.acquire_timeout);
}

TEST_F(CallDeadline, IsGoneWhenTheLeaseBegins) {
  ConnectionPool pool(pinging, database, clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(1));

  auto lease = pool.acquire(seconds(1));

  EXPECT_EQ(database.pings, 1U);
  EXPECT_EQ(database.call_deadline, Instant::max());
}

TEST_F(CallDeadline, OfWhatNobodyWaitsForIsTheValidationTimeout) {
  PoolConfig config = pinging;
  config.validation_timeout = seconds(2);
  ConnectionPool pool(config, database, clock);

  auto lease = pool.acquire();

  EXPECT_EQ(database.validation_timeout.load(), seconds(2));
}

TEST_F(CallDeadline, DoesNotExistWithAValidationTimeoutOfZero) {
  PoolConfig config = pinging;
  config.validation_timeout = Duration::zero();
  database.validation_timeout = seconds(7);
  ConnectionPool pool(config, database, clock);

  auto lease = pool.acquire();

  EXPECT_EQ(database.validation_timeout.load(), seconds(7));
}

struct KnownDead : CallDeadline {};

TEST_F(KnownDead, ConnectionIsNotHandedOut) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  { auto lease = pool.acquire(); }
  clock.advance(milliseconds(1));
  database.is_dead = true;

  auto lease = pool.acquire();

  ASSERT_TRUE(lease);
  EXPECT_EQ(database.connects, 2U);
  EXPECT_EQ(database.open, 1U);
  EXPECT_EQ(database.pings, 0U);
}

TEST_F(KnownDead, ConnectionIsClosedWhenItsLeaseEnds) {
  ConnectionPool pool({.min_size = 0, .max_size = 1}, database, clock);
  std::optional<Lease> lease = std::move(*pool.acquire());
  database.is_dead = true;
  lease.reset();

  EXPECT_EQ(database.open, 0U);
  EXPECT_EQ(database.resets, 0U);
}

TEST_F(KnownDead, ConnectionIsReplacedByTheHealthCheckWithoutAPing) {
  ConnectionPool pool({.min_size = 1, .max_size = 2}, database, clock);
  ASSERT_TRUE(pool.ensure_min_size());
  database.is_dead = true;

  pool.health_check();

  EXPECT_EQ(database.pings, 0U);
  EXPECT_EQ(database.connects, 2U);
  EXPECT_EQ(database.open, 1U);
}

TEST_F(KnownDead, ConnectionIsFoundByTheNextCallerAfterARestart) {
  ConnectionPool pool(pinging, database, clock);
  { auto lease = pool.acquire(); }
  clock.advance(seconds(1));
  database.on_ping = []() -> fakes::Answer { return fakes::lost("the server restarted"); };

  auto lease = pool.acquire();

  ASSERT_TRUE(lease);
  EXPECT_EQ(database.connects, 2U);
}

}  // namespace
}  // namespace poolproof
