#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(ConnectErrors, AcceptsAnErrorOfOnesOwnAndARetry) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.acquire(2).opens(2, 2, Outcome::threw).opens(2, 3).got(2, 3);

  EXPECT_EQ(h.judged_by(LawId::connect_errors), "");
}

TEST(ConnectErrors, RefusesAnErrorThatWasNobodysOrAnothers) {
  HistoryBuilder h;
  h.acquire(2).opens(2, 1, Outcome::failed).acquire(1).returns(1, Outcome::connect_failed);
  h.returns(2, Outcome::connect_failed);

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "acquire of task 1 answered connect_failed at 0s (event 4) although no connect "
            "of its own had failed");
}

TEST(ConnectErrors, AcceptsTheErrorOfAConnectByThePoolsOwnThread) {
  HistoryBuilder h;
  h.acquire(1).parked(1).opens(9, 1, Outcome::failed).returns(1, Outcome::connect_failed);

  EXPECT_EQ(h.judged_by(LawId::connect_errors), "");
}

TEST(ConnectErrors, RefusesToHideOnesOwnError) {
  HistoryBuilder h;
  h.call(1, Operation::try_acquire).opens(1, 1, Outcome::failed).returns(1, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "try_acquire of task 1 answered exhausted at 0s (event 3) although its own "
            "connect had failed: the error never reached the caller");
}

TEST(ConnectErrors, SeesASlotThatWasNotPassedOn) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.acquire(1).begins(1, ClientCall::connect, 1).acquire(2).parked(2).ends(1, Outcome::failed);
  h.returns(1, Outcome::connect_failed).stalled();

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "task 1's connect failed (event 4), but its slot was not passed to task 2, which "
            "slept in acquire at 0s (event 6)");
}

TEST(ConnectErrors, DoesNotTakeAnOlderErrorForTheCause) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.acquire(2).parked(2).stalled();

  EXPECT_EQ(h.judged_by(LawId::connect_errors), "");
}

/// Task 1 holds a session; task 2's connect is refused in a pool that pauses after that.
HistoryBuilder refused_beside_a_lease() {
  HistoryBuilder h;
  h.config().connect_backoff = 10ms;
  h.takes(1, 1).acquire(2, 5s).opens(2, 2, Outcome::failed);
  return h;
}

TEST(ConnectErrors, RefuseToGiveUpWhileAnotherConnectionIsInUse) {
  HistoryBuilder h = refused_beside_a_lease();
  h.returns(2, Outcome::connect_failed).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "acquire of task 2 (timeout 5s) answered connect_failed at 0s (event 7) although "
            "session 1, in use by task 1, could still have come back in time");
}

TEST(ConnectErrors, AcceptGivingUpAtTheDeadline) {
  HistoryBuilder h = refused_beside_a_lease();
  h.parked(2).at(5s).returns(2, Outcome::connect_failed).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::connect_errors), "");
}

TEST(ConnectErrors, AcceptGivingUpAtOnceWhereThatWasAskedFor) {
  HistoryBuilder h = refused_beside_a_lease();
  h.config().wait_when_refused = false;
  h.returns(2, Outcome::connect_failed).gives_back(1, 1);
  HistoryBuilder declining = refused_beside_a_lease();
  declining.capabilities().waits_when_refused = false;
  declining.returns(2, Outcome::connect_failed).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::connect_errors), "");
  EXPECT_EQ(declining.judged_by(LawId::connect_errors), "");
}

TEST(ConnectErrors, RefuseToKeepACallerWaitingWhoHasNothingToWaitFor) {
  HistoryBuilder h;
  h.config().connect_backoff = 10ms;
  h.takes(1, 1).release(1, 1).closes(1, 1).returns(1);
  h.acquire(2, 5s).opens(2, 2, Outcome::failed).parked(2).stalled(Outcome::ok, 5s);

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "acquire of task 2 slept on at 0s (event 12) although task 2's connect had failed "
            "(event 10) and no other session was open or opening");
}

TEST(ConnectErrors, LetACallerWaitForWhatIsOpening) {
  HistoryBuilder h;
  h.config().connect_backoff = 10ms;
  h.acquire(1).begins(1, ClientCall::connect, 1).acquire(2, 5s).opens(2, 2, Outcome::failed);
  h.parked(2).stalled(Outcome::ok, 5s);

  EXPECT_EQ(h.judged_by(LawId::connect_errors), "");
}

TEST(ConnectErrors, AcceptTheErrorOfAnotherWithinThePauseAfterIt) {
  HistoryBuilder h;
  h.config().connect_backoff = 10ms;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.tries(2, Outcome::connect_failed).at(2s).tries(3, Outcome::connect_failed);

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "try_acquire of task 3 answered connect_failed at 2s (event 7) although no connect of "
            "its own had failed");
}

TEST(ConnectErrors, AreNotJudgedOfAPoolWithoutThem) {
  HistoryBuilder h;
  h.capabilities().connect_errors = false;

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "n/a: a failed connect is no error of the caller for whom it was made");
}

}  // namespace
}  // namespace poolproof::sim
