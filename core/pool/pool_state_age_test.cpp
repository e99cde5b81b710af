// PoolState: what becomes of connections that are old, idle, evicted or checked.

#include <gtest/gtest.h>

#include <poolproof/core/pool/state_stories.h>

namespace poolproof {
namespace {

using namespace state_stories;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(PoolState, EvictedConnectionIsClosedAtRelease) {
  PoolState state(sizes(0, 2));
  Slot& leased = lease_new(state);

  EXPECT_EQ(state.evict_all(), nullptr);

  EXPECT_EQ(state.release(leased, start), Fate::close);
}

TEST(PoolState, EvictAllClosesIdleConnectionsAtOnce) {
  PoolState state(sizes(0, 2));
  Slot& slot = lease_new(state);
  state.release(slot, start);

  EXPECT_EQ(state.evict_all(), &slot);

  EXPECT_EQ(state.metrics().idle, 0U);
  EXPECT_EQ(state.metrics().invalid, 1U);
}

TEST(PoolState, ConnectionBeingOpenedDuringEvictAllIsClosedAtRelease) {
  PoolState state(sizes(0, 1));
  const Turn opener = state.request(start, here);

  state.evict_all();

  EXPECT_EQ(state.opened(*opener.slot, start, here, Duration::zero()), Fate::keep);
  EXPECT_EQ(state.release(*opener.slot, start), Fate::close);
}

TEST(PoolState, LifetimeIsAtMostTenPercentShorterAndNeverLonger) {
  PoolState state(with_lifetime(200, minutes(30)));

  Duration shortest = Duration::max(), longest = Duration::min();
  for (int i = 0; i < 200; ++i) {
    const Duration lifetime = lease_new(state).expires_at - start;
    shortest = std::min(shortest, lifetime);
    longest = std::max(longest, lifetime);
  }

  EXPECT_GE(shortest, minutes(27));
  EXPECT_LT(shortest, seconds(27 * 60 + 30));
  EXPECT_LE(longest, minutes(30));
  EXPECT_GT(longest, seconds(29 * 60 + 30));
}

TEST(PoolState, SameSeedSameLifetimes) {
  PoolConfig config = sizes(0, 1);
  config.max_lifetime = minutes(30);
  PoolState one(config), same(config);
  config.seed = 1;
  PoolState different(config);

  const Instant expiry = lease_new(one).expires_at;

  EXPECT_EQ(lease_new(same).expires_at, expiry);
  EXPECT_NE(lease_new(different).expires_at, expiry);
}

TEST(PoolState, ExpiredConnectionIsClosedAtReleaseNotBefore) {
  PoolState state(with_lifetime(1, minutes(30)));
  Slot& slot = lease_new(state);
  Round round = state.begin_round();

  EXPECT_EQ(state.due(start + minutes(31), round).kind, Job::Kind::nothing);

  EXPECT_EQ(state.release(slot, start + minutes(31)), Fate::close);
}

TEST(PoolState, ExpiredIdleConnectionIsReplacedNotGranted) {
  PoolState state(with_lifetime(1, minutes(30)));
  Slot& slot = lease_new(state);
  state.release(slot, start);

  const Turn turn = state.request(start + minutes(31), here);
  ASSERT_EQ(turn.kind, Turn::Kind::replace);
  EXPECT_EQ(state.reopen(slot, start).kind, Turn::Kind::open);

  EXPECT_EQ(state.metrics().closes, 1U);
  EXPECT_EQ(state.metrics().opening, 1U);
}

TEST(PoolState, FreshConnectionIsPreferredToAnExpiredMoreRecentOne) {
  PoolState state(with_lifetime(2, minutes(30)));
  Slot& old = lease_new(state);
  Slot& young = lease_new(state, start + minutes(20));
  state.release(young, start + minutes(21));
  state.release(old, start + minutes(22));

  EXPECT_EQ(state.request(start + minutes(31), here).slot, &young);
}

TEST(PoolState, LongIdleConnectionIsPingedBeforeItIsGranted) {
  PoolState state(with_validation(1, seconds(10)));
  Slot& slot = lease_new(state);
  state.release(slot, start);

  EXPECT_EQ(state.request(start + seconds(11), here).kind, Turn::Kind::ping);
  EXPECT_EQ(state.leases(), 0U);
  EXPECT_EQ(state.metrics().in_use, 1U);

  EXPECT_EQ(state.grant_checked(slot, start + seconds(11), here, Duration::zero()).kind,
            Turn::Kind::grant);
  EXPECT_EQ(state.leases(), 1U);
}

TEST(PoolState, ConnectionEvictedDuringItsPingIsNotGranted) {
  PoolState state(with_validation(1, seconds(10)));
  Slot& slot = lease_new(state);
  state.release(slot, start);
  state.request(start + seconds(11), here);

  state.evict_all();

  EXPECT_EQ(state.grant_checked(slot, start + seconds(11), here, Duration::zero()).kind,
            Turn::Kind::replace);
}

TEST(PoolState, IdleTimeoutKeepsTheFloor) {
  PoolState state(with_idle_timeout({1, 3}, minutes(5)));
  Slot& first = lease_new(state);
  Slot& second = lease_new(state);
  state.release(first, start);
  state.release(second, start);

  Round round = state.begin_round();
  const Job close = state.due(start + minutes(5), round);
  const Job ping = state.due(start + minutes(5), round);

  EXPECT_EQ(close.kind, Job::Kind::close);
  EXPECT_EQ(ping.kind, Job::Kind::ping);
}

TEST(PoolState, IdleTimeoutWaitsForItsTime) {
  PoolState state(with_idle_timeout({0, 1}, minutes(5)));
  state.release(lease_new(state), start);

  Round round = state.begin_round();

  EXPECT_EQ(state.due(start + minutes(5) - Duration(1), round).kind, Job::Kind::ping);
}

TEST(PoolState, CheckDoesNotCountAsUse) {
  PoolState state(with_idle_timeout({0, 1}, minutes(5)));
  Slot& slot = lease_new(state);
  state.release(slot, start);
  Round early = state.begin_round();
  ASSERT_EQ(state.due(start + minutes(4), early).kind, Job::Kind::ping);
  state.check_passed(slot, start + minutes(4));

  Round late = state.begin_round();

  EXPECT_EQ(state.due(start + minutes(5), late).kind, Job::Kind::close);
}

TEST(PoolState, CheckedConnectionKeepsItsPlaceAmongTheIdle) {
  PoolState state(sizes(0, 2));
  Slot& first = lease_new(state);
  Slot& second = lease_new(state);
  state.release(first, start);
  state.release(second, start + seconds(1));
  Round round = state.begin_round();
  ASSERT_EQ(state.due(start + seconds(2), round).slot, &first);

  state.check_passed(first, start + seconds(2));

  EXPECT_EQ(state.request(start + seconds(2), here).slot, &second);
}

TEST(PoolState, PassedCheckGrantsTheOldestWaiter) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);
  state.release(slot, start);
  Round round = state.begin_round();
  state.due(start, round);
  Waiter waiter;
  enqueue(state, waiter);

  EXPECT_EQ(state.check_passed(slot, start), Fate::hand_off);

  EXPECT_EQ(waiter.grant, Grant::connection);
}

TEST(PoolState, HealthCheckRestoresTheFloorCountingConnectsUnderWay) {
  PoolState state(sizes(2, 5));
  ASSERT_EQ(state.request(start, here).kind, Turn::Kind::open);

  Round round = state.begin_round();

  EXPECT_EQ(state.due(start, round).kind, Job::Kind::open);
  EXPECT_EQ(state.due(start, round).kind, Job::Kind::nothing);
}

TEST(PoolState, RefilledConnectionGoesToAWaiterBeforeItIsIdle) {
  PoolState state(sizes(1, 1));
  Slot* slot = state.reserve_for_floor(start);
  ASSERT_NE(slot, nullptr);
  Waiter waiter;
  enqueue(state, waiter);

  EXPECT_EQ(state.opened_idle(*slot, start), Fate::hand_off);

  EXPECT_EQ(waiter.slot, slot);
  EXPECT_EQ(state.metrics().idle, 0U);
}

TEST(PoolState, OverdueLeaseIsReportedOnce) {
  PoolConfig config = sizes(0, 1);
  config.leak_threshold = seconds(30);
  PoolState state(config);
  lease_new(state);

  Round first = state.begin_round(), second = state.begin_round();

  EXPECT_EQ(state.due(start + seconds(31), first).kind, Job::Kind::report);
  EXPECT_EQ(state.due(start + seconds(31), second).kind, Job::Kind::nothing);
}

}  // namespace
}  // namespace poolproof
