#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(Timeouts, AcceptsGivingUpAtTheDeadlineOrLater) {
  HistoryBuilder h;
  h.acquire(1, 5s)
      .acquire(2, 0s)
      .returns(2, Outcome::timed_out)
      .parked(1)
      .stalled(Outcome::ok, 5s);
  h.at(5s).acquire(2, 1s).returns(1, Outcome::timed_out).at(9s).returns(2, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, RefusesGivingUpTooEarly) {
  HistoryBuilder h;
  h.acquire(1, 5s).at(4999ms).returns(1, Outcome::timed_out);
  h.acquire(2, Duration::max()).at(1h).returns(2, Outcome::timed_out);

  EXPECT_EQ(
      h.judged_by(LawId::timeouts),
      "acquire of task 1 gave up after 4.999s at 4.999s (event 1), before its timeout of 5s\n"
      "acquire of task 2 gave up after 3595.001s at 1h (event 3), before its timeout of never");
}

TEST(Timeouts, RefusesADrainThatGivesUpTooEarly) {
  HistoryBuilder h;
  h.takes(1, 1).call(0, Operation::drain, 0, 3s).at(1s).drained(0, 1);

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "drain of task 0 gave up after 1s at 1s (event 5), before its timeout of 3s");
}

TEST(Timeouts, RefusesAnswersThatTheOperationDoesNotHave) {
  HistoryBuilder h;
  h.tries(1, Outcome::timed_out).tries(2, Outcome::exhausted);
  h.acquire(1, 5s).returns(1, Outcome::exhausted);
  h.acquire(2, 0s).returns(2, Outcome::exhausted);

  EXPECT_EQ(
      h.judged_by(LawId::timeouts),
      "try_acquire of task 1 answered timed_out at 0s (event 1): it has no time to wait that "
      "could be over\n"
      "acquire of task 1 answered exhausted at 0s (event 5): it waits, until its timeout has "
      "passed");
}

TEST(Timeouts, SeesADrainThatNobodyWakes) {
  HistoryBuilder h;
  h.takes(1, 1).call(0, Operation::drain, 0, 3s).parked(0).gives_back(1, 1);
  h.at(1s).stalled(Outcome::ok, 2s);

  EXPECT_EQ(
      h.judged_by(LawId::timeouts),
      "drain of task 0 slept on at 1s (event 8) although every lease had ended, with nothing "
      "to wake it before its deadline");
}

TEST(Timeouts, AcceptsADrainThatLooksAgainOrHasLeasesToWaitFor) {
  HistoryBuilder polls;
  polls.takes(1, 1).call(0, Operation::drain, 0, 3s).parked(0).gives_back(1, 1);
  polls.at(1s).stalled(Outcome::ok, 100ms);
  HistoryBuilder waits;
  waits.takes(1, 1).call(0, Operation::drain, 0, 3s).parked(0).at(1s).stalled(Outcome::ok, 2s);

  EXPECT_EQ(polls.judged_by(LawId::timeouts) + waits.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, SeesAWaiterWhomTimeHasPassedBy) {
  HistoryBuilder h;
  h.acquire(1, 5s).parked(1).at(6s).stalled();

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "acquire of task 1 (called at event 0, timeout 5s) was still asleep after its "
            "deadline at 6s (event 2)");
}

TEST(Timeouts, ReckonsFromTheFirstSleepWhenTimeMovedBeforeIt) {
  HistoryBuilder h;
  h.acquire(1, 5s).at(3s).parked(1).stalled(Outcome::ok, 5s);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, SeesAWaiterWithNoTimerForItsDeadline) {
  HistoryBuilder h;
  h.acquire(1, 5s).parked(1).at(3s).stalled(Outcome::ok, 5s);

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "acquire of task 1 (called at event 0, timeout 5s) slept with no timer that "
            "would wake it at its deadline at 3s (event 2)");
}

TEST(Timeouts, LetsASleeperBeThatHasOnlyJustLainDown) {
  HistoryBuilder h;
  h.acquire(1, 5s).at(6s).parked(1).stalled().acquire(2, Duration::max()).parked(2);
  h.returns(1, Outcome::timed_out).at(1h).stalled(Outcome::ok, 1h);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, ForgivesAPoolThatConnectsUnderItsLock) {
  HistoryBuilder h;
  h.capabilities().connect_outside_lock = false;
  h.acquire(1, 5s).parked(1).acquire(2).begins(2, ClientCall::connect, 1).at(6s).stalled();

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, RefusesToLoseWhatWasGrantedBeforeTheDeadline) {
  HistoryBuilder h;
  h.acquire(1, 5s)
      .observed(1, PoolEventKind::queued, 0, 1)
      .observed(2, PoolEventKind::granted, 7, 1);
  h.at(5s).returns(1, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "acquire of task 1 answered timed_out at 5s (event 3) although connection 7 "
            "had been granted to it (event 2)");
}

TEST(Timeouts, RefusesToLoseASlotThatWasGrantedBeforeTheDeadline) {
  HistoryBuilder h;
  h.acquire(1, 5s)
      .observed(1, PoolEventKind::queued, 0, 1)
      .observed(2, PoolEventKind::granted, 0, 1);
  h.at(5s).returns(1, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "acquire of task 1 answered timed_out at 5s (event 3) although a free slot had been "
            "granted to it (event 2)");
}

TEST(Timeouts, LetsAWaiterTimeOutWhoseGrantProvedUnfit) {
  HistoryBuilder h;
  h.acquire(1, 5s)
      .observed(1, PoolEventKind::queued, 0, 1)
      .observed(2, PoolEventKind::granted, 7, 1);
  h.calls(1, ClientCall::ping, 1, Outcome::failed).at(5s).returns(1, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, RefuseAPingThatIsGivenMoreTimeThanItsAcquireHas) {
  HistoryBuilder h;
  h.takes(2, 1).gives_back(2, 1).acquire(1, 1s).begins(1, ClientCall::ping, 1).given(5s);
  h.at(5s).ends(1, Outcome::timed_out).returns(1, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "acquire of task 1 (timeout 1s) gave task 1's ping 5s at 0s (event 7), and it lasted "
            "until at 5s (event 8)");
}

TEST(Timeouts, RefuseACallWithoutADeadlineThatIsStillUnderWay) {
  HistoryBuilder h;
  h.acquire(1, 1s).begins(1, ClientCall::connect, 1).given(Duration::max());
  h.at(30s).stalled();

  EXPECT_EQ(
      h.judged_by(LawId::timeouts),
      "acquire of task 1 (timeout 1s) gave task 1's connect no deadline at 0s (event 1), and "
      "it lasted until at 30s (event 2)");
}

TEST(Timeouts, AcceptACallThatTakesNoNoticeOfTheDeadlineThatItWasGiven) {
  HistoryBuilder h;
  h.acquire(1, 1s).begins(1, ClientCall::connect, 1).given(1s);
  h.at(30s).ends(1, Outcome::timed_out).returns(1, Outcome::connect_failed);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, AcceptMoreTimeThanThereIsWhereItWasNotUsed) {
  HistoryBuilder h;
  h.acquire(1, 1s).begins(1, ClientCall::connect, 1).given(30s).at(1s).ends(1).got(1, 1);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, LetWhoDoesNotWaitConnectForTheAcquireTimeout) {
  HistoryBuilder h;
  h.acquire(1, 0s).begins(1, ClientCall::connect, 1).given(5s);
  h.at(5s).ends(1, Outcome::timed_out).returns(1, Outcome::connect_failed);
  h.at(10s).call(2, Operation::try_acquire).begins(2, ClientCall::connect, 2).given(6s);
  h.at(16s).ends(2, Outcome::timed_out).returns(2, Outcome::connect_failed);

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "try_acquire of task 2 (timeout 0s) gave task 2's connect 6s at 10s (event 5), and it "
            "lasted until at 16s (event 6)");
}

TEST(Timeouts, RefuseAConnectThatIsGivenLessTimeThanItsAcquireHas) {
  HistoryBuilder h;
  h.acquire(1, 3s).begins(1, ClientCall::connect, 1).given(1s).ends(1).got(1, 1);
  h.acquire(2, 0s).begins(2, ClientCall::connect, 2).given(Duration(1)).ends(2).got(2, 2);

  EXPECT_EQ(
      h.judged_by(LawId::timeouts),
      "task 1's connect was given 1s at 0s (event 1), and acquire of task 1 (timeout 3s) had "
      "3s for it\n"
      "task 2's connect was given 1ns at 0s (event 5), and acquire of task 2 (timeout 0s) "
      "had 5s for it");
}

TEST(Timeouts, AskNoTimeOfWhatATransactionAcquiresAfterItsDeadline) {
  HistoryBuilder h;
  h.step(1, {.step = TransactionStep::run}).acquire(1, 0s);
  h.begins(1, ClientCall::connect, 1).given(Duration(1)).ends(1).got(1, 1);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, RefuseAConnectForNobodyThatIsGivenNoDeadline) {
  HistoryBuilder h;
  h.call(1, Operation::ensure_min_size).begins(1, ClientCall::connect, 1).given(Duration::max());
  h.ends(1).begins(1, ClientCall::connect, 2).given(5s).ends(1).returns(1);

  EXPECT_EQ(h.judged_by(LawId::timeouts),
            "task 1's connect was given no deadline at 0s (event 1), and acquire_timeout is 5s");
}

TEST(Timeouts, DoNotAskHowLongWasGivenOfAPoolThatDeclines) {
  HistoryBuilder h;
  h.capabilities().call_deadlines = false;
  h.acquire(1, 1s).begins(1, ClientCall::connect, 1).given(5s);
  h.at(5s).ends(1, Outcome::failed).returns(1, Outcome::connect_failed);

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, AllowRealClocksALittleAndLookAtNoSleeper) {
  HistoryBuilder h;
  h.on_real_threads().acquire(1, 5s).at(4999ms).returns(1, Outcome::timed_out);
  h.acquire(2, 1s).parked(2).at(9s).stalled();

  EXPECT_EQ(h.judged_by(LawId::timeouts), "");
}

TEST(Timeouts, AreNotJudgedWithoutTimedAcquire) {
  HistoryBuilder h;
  h.capabilities().timed_acquire = false;

  EXPECT_EQ(h.judged_by(LawId::timeouts), "n/a: acquire takes no timeout");
}

}  // namespace
}  // namespace poolproof::sim
