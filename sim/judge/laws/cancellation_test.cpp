#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// Tasks 2 and 3 wait for the one connection, which task 1 holds.
HistoryBuilder two_waiters() {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(2).parked(2).acquire(3).parked(3);
  return h;
}

TEST(Cancellation, AcceptsAWaiterThatGivesUpAtOnce) {
  HistoryBuilder h = two_waiters();
  h.cancels(4, 2).returns(2, Outcome::cancelled).stalled().gives_back(1, 1).got(3, 1);

  EXPECT_EQ(h.judged(), "");
}

TEST(Cancellation, AcceptsALeaseThatCameFirst) {
  HistoryBuilder h = two_waiters();
  h.gives_back(1, 1).cancels(4, 2).got(2, 1).stalled().gives_back(2, 1).got(3, 1);

  EXPECT_EQ(h.judged(), "");
}

TEST(Cancellation, RefusesAnAnswerThatNobodyAskedFor) {
  HistoryBuilder h = two_waiters();
  h.cancels(4, 3).returns(2, Outcome::cancelled).returns(3, Outcome::cancelled);

  EXPECT_EQ(h.judged_by(LawId::cancellation),
            "acquire of task 2 answered cancelled at 0s (event 10) although nobody had cancelled "
            "it");
}

TEST(Cancellation, DoesNotCountACancelThatCameTooLate) {
  HistoryBuilder h = two_waiters();
  h.returns(2, Outcome::cancelled).cancels(4, 2);

  EXPECT_EQ(h.judged_by(LawId::cancellation),
            "acquire of task 2 answered cancelled at 0s (event 8) although nobody had cancelled "
            "it");
}

TEST(Cancellation, SeesAWaiterThatSleepsOn) {
  HistoryBuilder h = two_waiters();
  h.cancels(4, 2).stalled(Outcome::ok, 1s);

  EXPECT_EQ(h.judged_by(LawId::cancellation),
            "acquire of task 2 still slept at 0s (event 10) although it had been cancelled "
            "(event 9)");
}

TEST(Cancellation, SeesWhatACancelledWaiterTookWithIt) {
  HistoryBuilder h = two_waiters();
  h.gives_back(1, 1).cancels(4, 2).returns(2, Outcome::cancelled).stalled();

  EXPECT_EQ(h.judged_by(LawId::cancellation),
            "acquire of task 2 was cancelled (event 10), and what it did not want was not passed "
            "to task 3, which slept in acquire at 0s (event 13)");
}

TEST(Cancellation, LeavesToOthersWhatWasLostBeforeAnybodyWaited) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).acquire(2).parked(2).cancels(4, 2).returns(2, Outcome::cancelled);
  h.acquire(3).parked(3).gives_back(1, 1).stalled();

  EXPECT_EQ(h.judged_by(LawId::cancellation), "");
}

TEST(Cancellation, RefusesToThrowAwayWhatWasOpened) {
  HistoryBuilder h;
  h.acquire(1).begins(1, ClientCall::connect, 1).cancels(2, 1).ends(1).closes(1, 1);
  h.returns(1, Outcome::cancelled);

  EXPECT_EQ(h.judged_by(LawId::cancellation),
            "session 1 was opened for acquire of task 1, which was cancelled, and closed at 0s "
            "(event 5) instead of being put to use for the next");
}

TEST(Cancellation, AcceptsThatAClosedPoolKeepsNothing) {
  HistoryBuilder h;
  h.acquire(1).begins(1, ClientCall::connect, 1).cancels(2, 1).does(3, Operation::close).ends(1);
  h.closes(1, 1).returns(1, Outcome::cancelled);

  EXPECT_EQ(h.judged_by(LawId::cancellation), "");
}

TEST(Cancellation, IsNotJudgedOfAPoolWithoutIt) {
  HistoryBuilder h;
  h.capabilities().cancellation = false;

  EXPECT_EQ(h.judged_by(LawId::cancellation), "n/a: an acquire cannot be cancelled");
}

}  // namespace
}  // namespace poolproof::sim
