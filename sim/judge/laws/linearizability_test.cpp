#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>
#include <poolproof/sim/judge/laws/linearizability_search.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

HistoryBuilder pool_of(std::size_t max_size) {
  HistoryBuilder h;
  h.config().max_size = max_size;
  return h;
}

TEST(Linearizability, LetsAReleaseTakeEffectAnywhereUntilItReturns) {
  HistoryBuilder h = pool_of(1);
  h.takes(1, 1).release(1, 1).tries(2, Outcome::exhausted).tries(3, Outcome::ok, 1).returns(1);
  h.tries(2, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsAnAcquireUnderWayHaveTakenTheTokenAlready) {
  HistoryBuilder h = pool_of(1);
  h.acquire(1).begins(1, ClientCall::connect, 1).tries(2, Outcome::exhausted).ends(1).got(1, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, FindsAnOrderThatIsNotTheObviousOne) {
  HistoryBuilder h = pool_of(1);
  h.call(3, Operation::try_acquire).acquire(1).acquire(2).returns(3, Outcome::exhausted);
  h.opens(2, 1).got(2, 1).gives_back(2, 1);
  h.got(1, 1);
  HistoryIndex index;
  index.build(h.history());

  EXPECT_FALSE(has_obvious_order(h.history(), index));
  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsATimeoutHappenBeforeTheReleaseThatItOverlaps) {
  HistoryBuilder h = pool_of(1);
  h.takes(1, 1).acquire(2, 5s).parked(2).at(5s).gives_back(1, 1).returns(2, Outcome::timed_out);
  h.tries(3, Outcome::ok, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsAnAcquireThatWasCalledBeforeCloseBeServedBeforeIt) {
  HistoryBuilder h = pool_of(2);
  h.acquire(1).acquire(2).does(3, Operation::close).opens(1, 1).got(1, 1);
  h.returns(2, Outcome::closed).tries(2, Outcome::closed).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsALostRaceWithCloseHoldASlotMeanwhile) {
  HistoryBuilder h = pool_of(1);
  h.acquire(1).begins(1, ClientCall::connect, 1).tries(2, Outcome::exhausted);
  h.does(3, Operation::close).ends(1).closes(1, 1).returns(1, Outcome::closed);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsAShrinkLeaveMoreLeasesOutThanMaxSize) {
  HistoryBuilder h = pool_of(2);
  h.takes(1, 1).takes(2, 2).resize(3, 0, 1).tries(3, Outcome::exhausted).gives_back(1, 1);
  h.tries(3, Outcome::exhausted).gives_back(2, 2).tries(3, Outcome::ok, 2);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

// With max_size 1 the lease of session 1 must have ended before session 2 is lent again; with 2
// its slot is not free before its close has returned.
TEST(Linearizability, LetsASessionHoldASlotWhileItIsClosedThoughItsLeaseHasEnded) {
  HistoryBuilder h = pool_of(2);
  h.takes(1, 1).takes(2, 2).resize(3, 0, 1);
  h.release(1, 1).begins(1, ClientCall::close, 1);
  h.gives_back(2, 2).tries(2, Outcome::ok, 2).resize(3, 0, 2).tries(3, Outcome::exhausted);
  h.ends(1).returns(1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsNoSessionHoldASlotWhenItsCloseHasReturned) {
  HistoryBuilder h = pool_of(2);
  h.takes(1, 1).takes(2, 2).resize(3, 0, 1);
  h.release(1, 1).begins(1, ClientCall::close, 1);
  h.gives_back(2, 2).tries(2, Outcome::ok, 2).resize(3, 0, 2).ends(1).returns(1);
  h.tries(3, Outcome::exhausted);

  EXPECT_NE(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsAResizeTakeEffectBeforeItReturns) {
  HistoryBuilder h = pool_of(1);
  h.takes(1, 1).acquire(2).call(3, Operation::resize);
  History history = h.opens(2, 2).got(2, 2).returns(3).history();
  history.events[5].max_size = 2;
  HistoryIndex index;
  index.build(history);

  EXPECT_EQ(find_order(history, index).verdict, Linearization::Verdict::legal);
}

TEST(Linearizability, LetsAFailingConnectHoldASlotMeanwhile) {
  HistoryBuilder h = pool_of(1);
  h.acquire(1).begins(1, ClientCall::connect, 1).tries(2, Outcome::exhausted);
  h.ends(1, Outcome::failed).returns(1, Outcome::connect_failed).tries(2, Outcome::ok, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsMaintenanceHoldEverySlotMeanwhile) {
  HistoryBuilder check = pool_of(2);
  check.call(1, Operation::health_check).tries(2, Outcome::exhausted).returns(1);
  HistoryBuilder eviction = pool_of(2);
  eviction.call(1, Operation::evict_all).tries(2, Outcome::exhausted).returns(1);

  EXPECT_EQ(check.judged_by(LawId::linearizability), "");
  EXPECT_EQ(eviction.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsThreadsOfThePoolsOwnHoldEverySlotUntilTheyRest) {
  HistoryBuilder h = pool_of(1);
  h.takes(1, 1).gives_back(1, 1).stalled().tries(2, Outcome::exhausted);
  h.calls(9, ClientCall::ping, 1).tries(2, Outcome::exhausted).stalled().tries(2, Outcome::ok, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, KeepsTheOrderOfThoseWhoSleep) {
  HistoryBuilder h = pool_of(1);
  h.takes(1, 1).acquire(2).parked(2).acquire(3).parked(3).gives_back(1, 1);
  h.got(2, 1).gives_back(2, 1).got(3, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsASleeperReturnAfterANewcomerWhenThereWasEnoughForBoth) {
  HistoryBuilder h = pool_of(2);
  h.takes(1, 1).takes(4, 2).acquire(2).parked(2).gives_back(1, 1).gives_back(4, 2);
  h.tries(3, Outcome::ok, 2).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsAnybodyOvertakeInAPoolThatPromisesNoOrder) {
  HistoryBuilder h = pool_of(1);
  h.capabilities().order.kind = Order::Kind::none;
  h.takes(1, 1).acquire(2).parked(2).acquire(3).gives_back(1, 1).got(3, 1);
  h.gives_back(3, 1).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsWhatNeverReturnedHaveTakenEffectOrNot) {
  HistoryBuilder given = pool_of(1);
  given.takes(1, 1).release(1, 1).tries(2, Outcome::ok, 1).finished(Outcome::deadlock);
  HistoryBuilder not_given = pool_of(1);
  not_given.takes(1, 1).release(1, 1).tries(2, Outcome::exhausted).finished(Outcome::deadlock);
  HistoryBuilder taken = pool_of(1);
  taken.acquire(1).tries(2, Outcome::exhausted).finished(Outcome::deadlock);

  EXPECT_EQ(given.judged_by(LawId::linearizability), "");
  EXPECT_EQ(not_given.judged_by(LawId::linearizability), "");
  EXPECT_EQ(taken.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsAPoolThatPromisesNothingWhenAClientThrowsLoseTheToken) {
  HistoryBuilder h = pool_of(1);
  h.capabilities().exception_safe = false;
  h.acquire(1).opens(1, 1, Outcome::threw).returns(1, Outcome::threw);
  h.tries(2, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, CountsFitSessionsInAPoolThatOpensNoneForACaller) {
  HistoryBuilder h = pool_of(2);
  h.capabilities().connects_lazily = false;
  h.opens(0, 1).stalled().tries(1, Outcome::ok, 1).tries(2, Outcome::exhausted);
  EXPECT_EQ(h.judged_by(LawId::linearizability), "");

  h.gives_back(1, 1).tries(2, Outcome::exhausted);
  EXPECT_NE(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsACallerGiveUpBehindAnOlderWaiterThatWasWoken) {
  HistoryBuilder behind = pool_of(2);
  behind.takes(1, 1).takes(1, 2).acquire(2).parked(2).gives_back(1, 1).gives_back(1, 2);
  behind.acquire(3, 1ms).at(1ms).returns(3, Outcome::timed_out).got(2, 1);
  HistoryBuilder alone = pool_of(2);
  alone.takes(1, 1).takes(1, 2).gives_back(1, 1).gives_back(1, 2);
  alone.acquire(3, 1ms).at(1ms).returns(3, Outcome::timed_out);

  EXPECT_EQ(behind.judged_by(LawId::linearizability), "");
  EXPECT_NE(alone.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, LetsACallerGiveUpBesideACloseThatIsHalfDone) {
  HistoryBuilder h = pool_of(1);
  h.call(1, Operation::close).tries(2, Outcome::closed);
  h.acquire(3, 1ms).at(1ms).returns(3, Outcome::timed_out).returns(1);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "");
}

TEST(Linearizability, IsUnknownWhenThereIsTooMuchUnderWay) {
  HistoryBuilder h = pool_of(1);
  for (unsigned task = 1; task <= 80; ++task)
    h.acquire(task);
  h.tries(100, Outcome::exhausted);
  for (unsigned task = 1; task <= 80; ++task)
    h.returns(task, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::linearizability), "unknown");
}

TEST(Linearizability, IsUnknownWhenTheBoundOnWorkIsReached) {
  HistoryBuilder h = pool_of(1);
  h.acquire(1).acquire(2).tries(3, Outcome::exhausted).opens(2, 1).got(2, 1).gives_back(2, 1);
  h.got(1, 1);
  HistoryIndex index;
  index.build(h.history());

  EXPECT_EQ(find_order(h.history(), index, 5).verdict, Linearization::Verdict::unknown);
  EXPECT_EQ(find_order(h.history(), index).verdict, Linearization::Verdict::legal);
}

TEST(Linearizability, IsReportedAsUnknownByTheJudgeOfAllLaws) {
  HistoryBuilder h = pool_of(1);
  for (unsigned task = 1; task <= 80; ++task)
    h.acquire(task, 0s);
  for (unsigned task = 1; task <= 80; ++task)
    h.returns(task, Outcome::timed_out);
  HistoryIndex index;
  std::vector<Violation> found;
  const LawSet unknown = judge(h.history(), index, found);

  EXPECT_TRUE(unknown.has(LawId::linearizability));
  EXPECT_FALSE(unknown.has(LawId::exclusivity));
}

}  // namespace
}  // namespace poolproof::sim
