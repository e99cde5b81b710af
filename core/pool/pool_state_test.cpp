// PoolState: who gets what, and who waits.

#include <gtest/gtest.h>

#include <poolproof/core/pool/state_stories.h>

namespace poolproof {
namespace {

using namespace state_stories;
using std::chrono::seconds;

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

  EXPECT_EQ(state.take_granted(), &first);
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

  EXPECT_EQ(state.take_granted(), &waiter);
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
  EXPECT_EQ(state.take_granted(), nullptr);
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

}  // namespace
}  // namespace poolproof
