#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

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

TEST(ConnectErrors, AreNotJudgedOfAPoolWithoutThem) {
  HistoryBuilder h;
  h.capabilities().connect_errors = false;

  EXPECT_EQ(h.judged_by(LawId::connect_errors),
            "n/a: a failed connect is no error of the caller for whom it was made");
}

}  // namespace
}  // namespace poolproof::sim
