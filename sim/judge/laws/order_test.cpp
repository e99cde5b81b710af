#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;
using Kind = PoolEventKind;

/// Task 1 holds the only session; tasks 2 and 3 wait, in this order.
HistoryBuilder two_waiters() {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(2).parked(2).acquire(3).parked(3);
  return h;
}

TEST(OrderUnseen, AcceptsFirstComeFirstServed) {
  HistoryBuilder h = two_waiters();
  h.gives_back(1, 1).got(2, 1).gives_back(2, 1).got(3, 1);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderUnseen, SeesAWaiterOvertakenWhoThenTimesOut) {
  HistoryBuilder h = two_waiters();
  h.gives_back(1, 1).got(3, 1).at(5s).returns(2, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 5, was overtaken 1 time, "
            "last by task 3 at 0s (event 10): fifo allows none");
}

TEST(OrderUnseen, IsJudgedBySleepWhereTheObserverSaysNothingOfTheQueue) {
  HistoryBuilder h = two_waiters();
  h.observed(1, PoolEventKind::opened, 1);
  h.gives_back(1, 1).got(3, 1).at(5s).returns(2, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 5, was overtaken 1 time, "
            "last by task 3 at 0s (event 11): fifo allows none");
}

TEST(OrderUnseen, SeesAWaiterOvertakenWhoGetsWhatTheOtherGaveBack) {
  HistoryBuilder h = two_waiters();
  h.gives_back(1, 1).got(3, 1).gives_back(3, 1).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 5, was overtaken 1 time, "
            "last by task 3 at 0s (event 10): fifo allows none");
}

TEST(OrderUnseen, SeesAWaiterOvertakenWhoIsThenRefused) {
  HistoryBuilder h = two_waiters();
  h.gives_back(1, 1).got(3, 1).call(0, Operation::close).returns(2, Outcome::closed).returns(0);

  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 5, was overtaken 1 time, "
            "last by task 3 at 0s (event 10): fifo allows none");
}

TEST(OrderUnseen, DoesNotBlameAGrantThatReturnedLate) {
  HistoryBuilder h;
  h.takes(1, 1).takes(4, 2).acquire(2).parked(2).acquire(3).parked(3);
  h.gives_back(1, 1).gives_back(4, 2).got(3, 2).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderUnseen, DoesNotBlameAGrantedSlotWhoseConnectWasSlow) {
  HistoryBuilder h = two_waiters();
  h.release(1, 1)
      .closes(1, 1)
      .returns(1)
      .begins(2, ClientCall::connect, 2)
      .ends(2, Outcome::failed);
  h.acquire(4).opens(4, 3).got(4, 3).at(5s).returns(2, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderUnseen, DoesNotBlameWhoCalledBeforeTheOtherSlept) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(2).acquire(3).parked(3).parked(2);
  h.gives_back(1, 1).got(3, 1).gives_back(3, 1).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderUnseen, AllowsABoundedPoolItsOvertakes) {
  HistoryBuilder h = two_waiters();
  h.capabilities().order = {Order::Kind::bounded, 1};
  h.gives_back(1, 1).got(3, 1).gives_back(3, 1);
  EXPECT_EQ(h.judged_by(LawId::order), "");

  h.takes(4, 1).gives_back(4, 1).got(2, 1);
  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 5, was overtaken 2 times, "
            "last by task 4 at 0s (event 14): at most 1 allowed");
}

TEST(OrderUnseen, IsNotJudgedWhereItIsNotPromisedOrCannotBeSeen) {
  HistoryBuilder none;
  none.capabilities().order.kind = Order::Kind::none;
  HistoryBuilder real;
  real.capabilities().observer = false;
  real.on_real_threads();

  EXPECT_EQ(none.judged_by(LawId::order), "n/a: the pool promises no order");
  EXPECT_EQ(real.judged_by(LawId::order),
            "n/a: on real threads, only an observer can see the order of the queue");
}

/// As two_waiters(), with the observer's words.
HistoryBuilder two_observed_waiters() {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1)
      .acquire(2)
      .observed(2, Kind::queued, 0, 1)
      .acquire(3)
      .observed(3, Kind::queued, 0, 2);
  return h;
}

TEST(OrderObserved, AcceptsGrantsInOrderToldOutOfOrder) {
  HistoryBuilder h = two_observed_waiters();
  h.gives_back(1, 1).observed(3, Kind::granted, 1, 2, 20).observed(2, Kind::granted, 1, 1, 10);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderObserved, SeesAGrantToALaterWaiter) {
  HistoryBuilder h = two_observed_waiters();
  h.gives_back(1, 1).observed(3, Kind::granted, 1, 2);

  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 5, was overtaken 1 time, "
            "last by the grant to waiter 2 at 0s (event 10): fifo allows none");
}

TEST(OrderObserved, SeesANewcomerTakeALeasePastTheQueue) {
  HistoryBuilder h = two_observed_waiters();
  h.gives_back(1, 1).acquire(4).observed(4, Kind::lease_began, 1).got(4, 1);

  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 5, was overtaken 1 time, last by "
            "newcomer task 4 at 0s (event 11): fifo allows none\n"
            "task 3, which had waited in acquire since event 7, was overtaken 1 time, last by "
            "newcomer task 4 at 0s (event 11): fifo allows none");
}

TEST(OrderObserved, DoesNotTakeASlowOpenerOrAHandOffForANewcomer) {
  HistoryBuilder h;
  h.acquire(4).begins(4, ClientCall::connect, 1).takes(1, 2);
  h.acquire(2).observed(2, Kind::queued, 0, 1).acquire(3).observed(3, Kind::queued, 0, 2);
  h.ends(4).observed(4, Kind::lease_began, 1).got(4, 1);
  h.acquire(5).observed(5, Kind::granted, 2, 1).observed(5, Kind::lease_began, 2);
  h.returns(5, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderObserved, DoesNotCountWaitersWhoLeft) {
  HistoryBuilder h = two_observed_waiters();
  h.observed(2, Kind::withdrawn, 0, 1).observed(3, Kind::granted, 1, 2);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderObserved, SeesWhoWasRefusedAConnectionPutBehindThoseWhoCameMeanwhile) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).begins(2, ClientCall::connect, 2);
  h.acquire(3).observed(3, Kind::queued, 0, 1);
  h.ends(2, Outcome::failed).observed(2, Kind::queued, 0, 2);
  h.gives_back(1, 1).observed(3, Kind::granted, 1, 1);

  EXPECT_EQ(h.judged_by(LawId::order),
            "task 2, which had waited in acquire since event 9, was overtaken 1 time, last by the "
            "grant to waiter 1 at 0s (event 14): fifo allows none");

  h.capabilities().waits_when_refused = false;
  EXPECT_EQ(h.judged_by(LawId::order), "");
}

TEST(OrderObserved, DoesNotSayWhoCameFirstOfThoseWhoCalledTogether) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).acquire(3).begins(2, ClientCall::connect, 2);
  h.observed(3, Kind::queued, 0, 1);
  h.ends(2, Outcome::failed).observed(2, Kind::queued, 0, 2);
  h.gives_back(1, 1).observed(3, Kind::granted, 1, 1);

  EXPECT_EQ(h.judged_by(LawId::order), "");
}

}  // namespace
}  // namespace poolproof::sim
