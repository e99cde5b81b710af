#include <poolproof/core/pool/pool_state.h>

#include <gtest/gtest.h>

namespace poolproof {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const std::source_location here = std::source_location::current();
const Instant start{std::chrono::hours(1)};
const DbError refused{DbErrorKind::connection_failed, "refused"};

PoolConfig sizes(std::size_t min_size, std::size_t max_size) {
  return {.min_size = min_size,
          .max_size = max_size,
          .idle_timeout = Duration::zero(),
          .max_lifetime = Duration::zero()};
}

/// Opens a connection for a caller, who then has a lease on it.
Slot& lease_new(PoolState& state, Instant now = start) {
  const Turn turn = state.request(now, here);
  EXPECT_EQ(turn.kind, Turn::Kind::open);
  EXPECT_EQ(state.opened(*turn.slot, now, here, Duration::zero()), Fate::keep);
  return *turn.slot;
}

void enqueue(PoolState& state, Waiter& waiter) {
  EXPECT_EQ(state.request(start, here).kind, Turn::Kind::wait);
  state.enqueue(waiter);
}

TEST(PoolState, OpensUpToMaxSizeThenLetsCallersWait) {
  PoolState state(sizes(0, 2));

  lease_new(state);
  lease_new(state);

  EXPECT_EQ(state.request(start, here).kind, Turn::Kind::wait);
  EXPECT_EQ(state.metrics().total, 2U);
}

TEST(PoolState, CountsASlotWhileItsConnectRuns) {
  PoolState state(sizes(0, 1));

  EXPECT_EQ(state.request(start, here).kind, Turn::Kind::open);

  EXPECT_EQ(state.request(start, here).kind, Turn::Kind::wait);
  EXPECT_EQ(state.metrics().opening, 1U);
  EXPECT_EQ(state.metrics().total, 0U);
}

TEST(PoolState, GrantsTheMostRecentlyUsedFirst) {
  PoolState state(sizes(0, 2));
  Slot& first = lease_new(state);
  Slot& second = lease_new(state);

  state.release(second, start + seconds(1));
  state.release(first, start + seconds(2));

  EXPECT_EQ(state.request(start + seconds(3), here).slot, &first);
}

TEST(PoolState, GrantsTheOldestWaiterFirst) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);
  Waiter first, second;
  enqueue(state, first);
  enqueue(state, second);

  EXPECT_EQ(state.release(slot, start), Fate::hand_off);

  EXPECT_EQ(state.next_granted(), &first);
  EXPECT_EQ(first.grant, Grant::connection);
  EXPECT_EQ(first.slot, &slot);
  EXPECT_EQ(second.grant, Grant::nothing);
}

TEST(PoolState, NewcomerFindsNothingAfterAHandOff) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);
  Waiter waiter;
  enqueue(state, waiter);

  state.release(slot, start);

  EXPECT_EQ(state.request(start, here).kind, Turn::Kind::wait);
  EXPECT_EQ(state.leases(), 1U);
}

TEST(PoolState, FailedOpenPassesItsSlotToTheOldestWaiter) {
  PoolState state(sizes(0, 1));
  const Turn opener = state.request(start, here);
  Waiter waiter;
  enqueue(state, waiter);

  state.open_failed(*opener.slot, refused);

  EXPECT_EQ(state.next_granted(), &waiter);
  EXPECT_EQ(waiter.grant, Grant::free_slot);
  EXPECT_EQ(state.metrics().opening, 1U);
  EXPECT_EQ(state.metrics().connect_failures, 1U);
}

TEST(PoolState, WithdrawnWaiterGetsNothing) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);
  Waiter waiter;
  enqueue(state, waiter);

  state.withdraw(waiter);

  EXPECT_EQ(state.release(slot, start), Fate::keep);
  EXPECT_EQ(state.next_granted(), nullptr);
  EXPECT_EQ(waiter.grant, Grant::nothing);
}

TEST(PoolState, InvalidatedConnectionIsClosedAtReleaseAndItsSlotPassedOn) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);
  Waiter waiter;
  enqueue(state, waiter);
  slot.is_doomed = true;

  EXPECT_EQ(state.release(slot, start), Fate::close);
  EXPECT_EQ(waiter.grant, Grant::nothing);  // The session still exists: the slot is not free yet.
  state.closed(slot);

  EXPECT_EQ(waiter.grant, Grant::free_slot);
}

TEST(PoolState, ReusedSlotForgetsThatItsLastConnectionWasInvalidated) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);
  slot.is_doomed = true;
  state.release(slot, start);
  state.closed(slot);

  Slot& again = lease_new(state);

  EXPECT_EQ(&again, &slot);
  EXPECT_EQ(state.release(again, start), Fate::keep);
}

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
  PoolConfig config = sizes(0, 200);
  config.max_lifetime = minutes(30);
  PoolState state(config);

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
  PoolConfig config = sizes(0, 1);
  config.max_lifetime = minutes(30);
  PoolState state(config);
  Slot& slot = lease_new(state);
  Round round = state.begin_round();

  EXPECT_EQ(state.due(start + minutes(31), round).kind, Job::Kind::nothing);

  EXPECT_EQ(state.release(slot, start + minutes(31)), Fate::close);
}

TEST(PoolState, ExpiredIdleConnectionIsReplacedNotGranted) {
  PoolConfig config = sizes(0, 1);
  config.max_lifetime = minutes(30);
  PoolState state(config);
  Slot& slot = lease_new(state);
  state.release(slot, start);

  const Turn turn = state.request(start + minutes(31), here);
  ASSERT_EQ(turn.kind, Turn::Kind::replace);
  EXPECT_EQ(state.reopen(slot).kind, Turn::Kind::open);

  EXPECT_EQ(state.metrics().closes, 1U);
  EXPECT_EQ(state.metrics().opening, 1U);
}

TEST(PoolState, FreshConnectionIsPreferredToAnExpiredMoreRecentOne) {
  PoolConfig config = sizes(0, 2);
  config.max_lifetime = minutes(30);
  PoolState state(config);
  Slot& old = lease_new(state);
  Slot& young = lease_new(state, start + minutes(20));
  state.release(young, start + minutes(21));
  state.release(old, start + minutes(22));

  EXPECT_EQ(state.request(start + minutes(31), here).slot, &young);
}

TEST(PoolState, LongIdleConnectionIsPingedBeforeItIsGranted) {
  PoolConfig config = sizes(0, 1);
  config.validate_after_idle = seconds(10);
  PoolState state(config);
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
  PoolConfig config = sizes(0, 1);
  config.validate_after_idle = seconds(10);
  PoolState state(config);
  Slot& slot = lease_new(state);
  state.release(slot, start);
  state.request(start + seconds(11), here);

  state.evict_all();

  EXPECT_EQ(state.grant_checked(slot, start + seconds(11), here, Duration::zero()).kind,
            Turn::Kind::replace);
}

TEST(PoolState, IdleTimeoutKeepsTheFloor) {
  PoolConfig config = sizes(1, 3);
  config.idle_timeout = minutes(5);
  PoolState state(config);
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
  PoolConfig config = sizes(0, 1);
  config.idle_timeout = minutes(5);
  PoolState state(config);
  state.release(lease_new(state), start);

  Round round = state.begin_round();

  EXPECT_EQ(state.due(start + minutes(5) - Duration(1), round).kind, Job::Kind::ping);
}

TEST(PoolState, CheckDoesNotCountAsUse) {
  PoolConfig config = sizes(0, 1);
  config.idle_timeout = minutes(5);
  PoolState state(config);
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
  Slot* slot = state.reserve_for_floor();
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

TEST(PoolState, ShrinkingClosesIdleSurplusAtOnceAndLeasedSurplusAtRelease) {
  PoolState state(sizes(0, 3));
  Slot& idle = lease_new(state);
  Slot& leased = lease_new(state);
  Slot& other = lease_new(state);
  state.release(idle, start);

  EXPECT_EQ(state.resize({.min_size = 0, .max_size = 1}, nullptr), &idle);
  EXPECT_EQ(state.release(leased, start), Fate::close);
  EXPECT_EQ(state.release(other, start), Fate::keep);
}

TEST(PoolState, ShrunkPoolDoesNotReopenAReplacedConnectionAboveItsSize) {
  PoolConfig config = sizes(0, 2);
  config.max_lifetime = minutes(30);
  PoolState state(config);
  Slot& expired = lease_new(state);
  lease_new(state);
  state.release(expired, start);
  ASSERT_EQ(state.request(start + minutes(31), here).kind, Turn::Kind::replace);

  state.resize({.min_size = 0, .max_size = 1}, nullptr);

  EXPECT_EQ(state.reopen(expired).kind, Turn::Kind::wait);
  EXPECT_EQ(state.occupied(), 1U);
}

TEST(PoolState, GrowingGrantsNewSlotsToTheOldestWaiters) {
  PoolState state(sizes(0, 1));
  lease_new(state);
  Waiter first, second, third;
  enqueue(state, first);
  enqueue(state, second);
  enqueue(state, third);

  state.resize({.min_size = 0, .max_size = 3},
               std::make_unique<SlotBlock>(state.slots_missing(3)));

  EXPECT_EQ(first.grant, Grant::free_slot);
  EXPECT_EQ(second.grant, Grant::free_slot);
  EXPECT_EQ(third.grant, Grant::nothing);
  EXPECT_NE(first.slot, second.slot);
}

TEST(PoolState, CloseRefusesNewcomersAndWakesWaiters) {
  PoolState state(sizes(0, 1));
  lease_new(state);
  Waiter waiter;
  enqueue(state, waiter);

  state.close();

  EXPECT_EQ(waiter.grant, Grant::closed);
  EXPECT_EQ(state.next_granted(), &waiter);
  EXPECT_EQ(state.request(start, here).kind, Turn::Kind::refuse);
}

TEST(PoolState, ConnectThatEndsAfterCloseIsClosedNotKept) {
  PoolState state(sizes(1, 2));
  const Turn caller = state.request(start, here);
  Slot* refill = state.reserve_for_floor();
  EXPECT_EQ(refill, nullptr);

  state.close();

  EXPECT_EQ(state.opened(*caller.slot, start, here, Duration::zero()), Fate::close);
  state.closed(*caller.slot);
  EXPECT_EQ(state.occupied(), 0U);
}

TEST(PoolState, RefillThatEndsAfterCloseIsClosedNotKept) {
  PoolState state(sizes(1, 1));
  Slot* slot = state.reserve_for_floor();
  ASSERT_NE(slot, nullptr);

  state.close();

  EXPECT_EQ(state.opened_idle(*slot, start), Fate::close);
}

TEST(PoolState, ConnectionReleasedAfterCloseIsClosed) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);

  state.close();

  EXPECT_EQ(state.release(slot, start), Fate::close);
}

TEST(PoolState, IsForsakenOnlyWhenNobodyAndNothingIsLeft) {
  PoolState state(sizes(0, 1));
  Slot& slot = lease_new(state);
  Waiter waiter;
  enqueue(state, waiter);
  state.close();
  state.leave_owner();

  state.release(slot, start);
  state.closed(slot);
  EXPECT_FALSE(state.is_forsaken());  // The waiter has yet to find out.

  state.leave();
  EXPECT_TRUE(state.is_forsaken());
}

TEST(PoolState, ErrorNamesTheOldestLease) {
  PoolState state(sizes(0, 2));
  lease_new(state);
  const Turn younger = state.request(start + seconds(1), here);
  state.opened(*younger.slot, start + seconds(1), std::source_location::current(), {});

  const AcquireError error = state.describe(AcquireErrorKind::timed_out, start + seconds(5));

  EXPECT_EQ(error.in_use, 2U);
  EXPECT_EQ(error.oldest_lease_taken_by.line(), here.line());
}

TEST(PoolState, MetricsAddUp) {
  PoolState state(sizes(0, 4));
  Slot& idle = lease_new(state);
  Slot& doomed = lease_new(state);
  lease_new(state);
  state.request(start, here);
  state.release(idle, start);
  doomed.is_doomed = true;
  state.release(doomed, start);

  const PoolMetrics metrics = state.metrics();

  EXPECT_EQ(metrics.idle, 1U);
  EXPECT_EQ(metrics.in_use, 1U);
  EXPECT_EQ(metrics.invalid, 1U);
  EXPECT_EQ(metrics.total, 3U);
  EXPECT_EQ(metrics.opening, 1U);
  EXPECT_EQ(metrics.leases, metrics.acquires - metrics.releases);
}

}  // namespace
}  // namespace poolproof
