#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// Session 1 is leased to task 1, and the pool has been closed.
HistoryBuilder closed_with_a_lease_out() {
  HistoryBuilder h;
  h.takes(1, 1).does(0, Operation::close);
  return h;
}

TEST(Shutdown, AcceptsALeaseThatEndsLater) {
  HistoryBuilder h = closed_with_a_lease_out();
  h.acquire(2).returns(2, Outcome::closed).release(1, 1).closes(1, 1).returns(1);
  h.does(0, Operation::destroy).finished();

  EXPECT_EQ(h.judged_by(LawId::shutdown), "");
}

TEST(Shutdown, RefusesAConnectForACallerWhoCameAfterIt) {
  HistoryBuilder h;
  h.does(0, Operation::close).acquire(1).opens(1, 1).closes(1, 1).returns(1, Outcome::closed);

  EXPECT_EQ(h.judged_by(LawId::shutdown),
            "the connect of session 1 began at 0s (event 3) after close had returned (event "
            "1)");
}

TEST(Shutdown, RefusesAConnectThatBeginsAfterAStall) {
  HistoryBuilder h;
  h.acquire(1).does(0, Operation::close).stalled().opens(1, 1).closes(1, 1);
  h.returns(1, Outcome::closed);

  EXPECT_EQ(h.judged_by(LawId::shutdown),
            "the connect of session 1 began at 0s (event 4) after close had returned (event "
            "2)");
}

TEST(Shutdown, AcceptsAConnectThatWasDecidedOnBeforeAndIsClosed) {
  HistoryBuilder h;
  h.acquire(1).does(0, Operation::close).opens(1, 1).closes(1, 1).returns(1, Outcome::closed);

  EXPECT_EQ(h.judged_by(LawId::shutdown), "");
}

TEST(Shutdown, AcceptsAConnectThatWasUnderWayAndIsClosed) {
  HistoryBuilder h;
  h.acquire(1).begins(1, ClientCall::connect, 1).does(0, Operation::close).ends(1).closes(1, 1);
  h.returns(1, Outcome::closed).does(0, Operation::destroy).finished();

  EXPECT_EQ(h.judged_by(LawId::shutdown), "");
}

TEST(Shutdown, RefusesAnyAnswerButClosedToNewCallers) {
  HistoryBuilder h = closed_with_a_lease_out();
  h.tries(2, Outcome::exhausted).tries(3, Outcome::closed);

  EXPECT_EQ(h.judged_by(LawId::shutdown),
            "try_acquire of task 2 answered exhausted at 0s (event 7) although close had "
            "returned (event 5) before it was called");
}

TEST(Shutdown, RefusesTheAnswerClosedOfAPoolThatIsNot) {
  HistoryBuilder h;
  h.acquire(1).returns(1, Outcome::closed).does(0, Operation::close);

  EXPECT_EQ(h.judged_by(LawId::shutdown),
            "acquire of task 1 answered closed at 0s (event 1) although nobody had closed "
            "the pool");
}

TEST(Shutdown, SeesAWaiterWhomNobodyWoke) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).parked(2).does(0, Operation::close).stalled();

  EXPECT_EQ(h.judged_by(LawId::shutdown),
            "task 2 still slept in acquire at 0s (event 8) although close had returned "
            "(event 7)");
}

TEST(Shutdown, LetsAWaiterSleepWhileCloseIsUnderWay) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).acquire(2).parked(2).call(0, Operation::close);
  h.begins(0, ClientCall::close, 1).stalled();

  EXPECT_EQ(h.judged_by(LawId::shutdown), "");
}

TEST(Shutdown, RefusesASessionThatOutlivesTheLastLease) {
  HistoryBuilder h = closed_with_a_lease_out();
  h.gives_back(1, 1).call(0, Operation::destroy).closes(0, 1).returns(0).finished();

  EXPECT_EQ(h.judged_by(LawId::shutdown),
            "session 1 was still open at 0s (event 7) although close had returned (event 5) "
            "and every lease had ended");
}

TEST(Shutdown, WaitsForLeasesThatOutliveThePool) {
  HistoryBuilder h = closed_with_a_lease_out();
  h.does(0, Operation::destroy).release(1, 1).closes(1, 1).returns(1).finished();

  EXPECT_EQ(h.judged_by(LawId::shutdown), "");
}

TEST(Shutdown, CountsADrainThatReturnedForAClose) {
  HistoryBuilder h;
  h.takes(1, 1).call(0, Operation::drain, 0, 1s).at(1s).drained(0, 1).tries(2, Outcome::ok, 1);

  EXPECT_EQ(h.judged_by(LawId::shutdown),
            "try_acquire of task 2 answered ok at 1s (event 7) although close had returned "
            "(event 5) before it was called");
}

TEST(Shutdown, IsNotJudgedOfAPoolThatCannotClose) {
  HistoryBuilder h;
  h.capabilities().close = false;

  EXPECT_EQ(h.judged_by(LawId::shutdown), "n/a: the pool cannot be closed");
}

}  // namespace
}  // namespace poolproof::sim
