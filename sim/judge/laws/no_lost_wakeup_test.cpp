#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// Task 2 sleeps in acquire, beside a lease of task 1 that has come back.
HistoryBuilder asleep_beside_an_idle_session() {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(2).parked(2).gives_back(1, 1);
  return h;
}

TEST(NoLostWakeup, AcceptsAWaiterWhileEverySlotIsLeased) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(2).parked(2).stalled().at(9ms).gives_back(1, 1).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, SeesAWaiterAsleepBesideAnIdleSession) {
  HistoryBuilder h = asleep_beside_an_idle_session();
  h.stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup),
            "task 2 slept in acquire (called at event 4) at 0s (event 8) although session "
            "1 was idle and nothing was under way that would wake it");
}

TEST(NoLostWakeup, SeesAWaiterAsleepBesideAFreeSlotInADeadlock) {
  HistoryBuilder h;
  h.acquire(1, Duration::max()).parked(1).stalled(Outcome::deadlock);

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup),
            "task 1 slept in acquire (called at event 0) at 0s (event 2) although a slot "
            "was free (0 of 2 used) and nothing was under way that would wake it");
}

TEST(NoLostWakeup, SeesAWaiterAsleepBesideTheSlotThatAResizeHasMade) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(2).parked(2).resize(3, 0, 2).stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup),
            "task 2 slept in acquire (called at event 4) at 0s (event 8) although a slot was free "
            "(1 of 2 used) and nothing was under way that would wake it");
}

TEST(NoLostWakeup, WaitsForWhateverIsUnderWay) {
  HistoryBuilder h = asleep_beside_an_idle_session();
  h.call(3, Operation::health_check).begins(3, ClientCall::ping, 1).stalled();
  HistoryBuilder own = asleep_beside_an_idle_session();
  own.begins(9, ClientCall::connect, 2).stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
  EXPECT_EQ(own.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, DoesNotCountASleeperInsideAClientCall) {
  HistoryBuilder h;
  h.acquire(1).parked(1).begins(1, ClientCall::connect, 1).stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, LeavesAWaiterAloneWhoseTimeIsUp) {
  HistoryBuilder h = asleep_beside_an_idle_session();
  h.at(5s).stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, LeavesAClosedPoolToTheLawOnShutdown) {
  HistoryBuilder h = asleep_beside_an_idle_session();
  h.call(0, Operation::close).returns(0).stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, AsksForNoSessionThatMustNotBeHandedOut) {
  HistoryBuilder invalidated;
  invalidated.config().max_size = 1;
  invalidated.takes(1, 1).does(1, Operation::invalidate, 1).acquire(2).parked(2).gives_back(1, 1);
  invalidated.stalled();
  HistoryBuilder aged = asleep_beside_an_idle_session();
  aged.config().max_lifetime = 1s;
  aged.at(900ms).stalled();

  EXPECT_EQ(invalidated.judged_by(LawId::no_lost_wakeup), "");
  EXPECT_EQ(aged.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, AsksForNoNewSessionOfAPoolThatDoesNotConnectInAcquire) {
  HistoryBuilder h;
  h.capabilities().connects_lazily = false;
  h.acquire(1).parked(1).stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, GoesByTheSizeThatAResizeLeft) {
  HistoryBuilder h;
  h.takes(1, 1).resize(0, 0, 1).acquire(2).parked(2).stalled();
  HistoryBuilder grown;
  grown.config().max_size = 1;
  grown.takes(1, 1).resize(0, 0, 3).acquire(2).parked(2).stalled();

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
  EXPECT_EQ(grown.judged_by(LawId::no_lost_wakeup),
            "task 2 slept in acquire (called at event 6) at 0s (event 8) although a slot was free "
            "(1 of 3 used) and nothing was under way that would wake it");
}

/// Task 2 sleeps beside a free slot after a refused connect.
HistoryBuilder asleep_in_a_pause() {
  HistoryBuilder h;
  h.config().connect_backoff = 10ms;
  h.config().connect_backoff_max = 20ms;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.acquire(2).parked(2);
  return h;
}

TEST(NoLostWakeup, LetsASlotBeFreeDuringThePauseAfterARefusal) {
  HistoryBuilder h = asleep_in_a_pause();
  h.at(5ms).stalled(Outcome::ok, 5ms);

  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, LetsTheSlotBeFreeAtTheInstantAtWhichThePauseEnds) {
  HistoryBuilder h = asleep_in_a_pause();
  h.at(20ms).stalled();
  EXPECT_EQ(h.judged_by(LawId::no_lost_wakeup), "");

  h.at(21ms).stalled();
  EXPECT_NE(h.judged_by(LawId::no_lost_wakeup), "");
}

TEST(NoLostWakeup, SeesAWaiterWhomNobodyWillWakeWhenThePauseIsOver) {
  HistoryBuilder h = asleep_in_a_pause();
  h.at(5ms).stalled(Outcome::ok, 4s);

  EXPECT_EQ(
      h.judged_by(LawId::no_lost_wakeup),
      "task 2 slept in acquire (called at event 4) at 5ms (event 6) although a slot was free "
      "(0 of 2 used) and nothing was under way that would wake it");
}

TEST(NoLostWakeup, KnowsNoPauseOfAPoolThatDeclinesIt) {
  HistoryBuilder h = asleep_in_a_pause();
  h.capabilities().connect_backoff = false;
  h.at(5ms).stalled(Outcome::ok, 5ms);

  EXPECT_NE(h.judged_by(LawId::no_lost_wakeup), "");
}

}  // namespace
}  // namespace poolproof::sim
