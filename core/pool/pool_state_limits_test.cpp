// PoolState: resizing, closing, and its numbers.

#include <gtest/gtest.h>

#include <poolproof/core/pool/state_stories.h>

namespace poolproof {
namespace {

using namespace state_stories;
using std::chrono::minutes;
using std::chrono::seconds;

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
  PoolState state(with_lifetime(2, minutes(30)));
  Slot& expired = lease_new(state);
  lease_new(state);
  state.release(expired, start);
  ASSERT_EQ(state.request(start + minutes(31), here).kind, Turn::Kind::replace);

  state.resize({.min_size = 0, .max_size = 1}, nullptr);

  EXPECT_EQ(state.reopen(expired, start).kind, Turn::Kind::wait);
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
  EXPECT_EQ(state.take_granted(), &waiter);
  EXPECT_EQ(state.request(start, here).kind, Turn::Kind::refuse);
}

TEST(PoolState, ConnectThatEndsAfterCloseIsClosedNotKept) {
  PoolState state(sizes(0, 2));
  const Turn caller = state.request(start, here);

  state.close();

  EXPECT_EQ(state.opened(*caller.slot, start, here, Duration::zero()), Fate::close);
  state.closed(*caller.slot);
  EXPECT_EQ(state.occupied(), 0U);
}

TEST(PoolState, RefillThatEndsAfterCloseIsClosedNotKept) {
  PoolState state(sizes(1, 1));
  Slot* slot = state.reserve_for_floor(start);
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

TEST(PoolState, HealthCheckLooksAtSoManySlotsAtATimeThatOthersGetTheLock) {
  constexpr std::size_t at_once = 256;
  PoolState state(sizes(0, at_once + 1));
  Slot& only = lease_new(state);
  Round round = state.begin_round();

  EXPECT_EQ(state.due(start, round).kind, Job::Kind::go_on);
  EXPECT_EQ(state.due(start, round).kind, Job::Kind::nothing);
  state.release(only, start);
}

}  // namespace
}  // namespace poolproof
