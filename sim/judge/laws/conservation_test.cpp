#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(Conservation, AcceptsAnAuditThatGetsEverySlotAndClosesAll) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).tries(0, Outcome::ok, 1).takes(0, 2).tries(0, Outcome::exhausted);
  h.gives_back(0, 2).gives_back(0, 1);
  h.call(0, Operation::close).closes(0, 1).closes(0, 2).returns(0).does(0, Operation::destroy);
  h.finished();

  EXPECT_EQ(h.judged_by(LawId::conservation), "");
}

TEST(Conservation, MissesASlotThatTheAuditCannotGet) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).tries(0, Outcome::ok, 1).tries(0, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::conservation),
            "try_acquire of task 0 was refused at 0s (event 9) with 1 of 2 "
            "leases out and nothing under way: a slot is lost");
}

TEST(Conservation, MissesASlotThatAnAcquireWithoutTimeCannotGet) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2, 0s).returns(2, Outcome::timed_out);
  h.acquire(2, 5s).at(5s).returns(2, Outcome::timed_out);

  EXPECT_EQ(h.judged_by(LawId::conservation),
            "acquire of task 2 was refused at 0s (event 5) with 1 of 2 leases out and "
            "nothing under way: a slot is lost");
}

TEST(Conservation, DoesNotMissASlotThatSomethingUnderWayMayHold) {
  HistoryBuilder h;
  h.takes(1, 1).release(1, 1).tries(0, Outcome::ok, 1).tries(0, Outcome::exhausted).returns(1);
  h.call(0, Operation::try_acquire).calls(0, ClientCall::ping, 1, Outcome::failed);
  h.returns(0, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::conservation), "");
}

TEST(Conservation, DoesNotMissASlotThatAThreadOfThePoolsOwnMayHold) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).calls(9, ClientCall::ping, 1).tries(0, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::conservation), "");
}

TEST(Conservation, MissesASlotOnceThePoolsOwnThreadsAreAsleep) {
  HistoryBuilder h;
  h.takes(1, 1)
      .gives_back(1, 1)
      .calls(9, ClientCall::ping, 1)
      .stalled()
      .tries(0, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::conservation),
            "try_acquire of task 0 was refused at 0s (event 10) with 0 of 2 "
            "leases out and nothing under way: a slot is lost");
}

TEST(Conservation, ExpectsOnlyOpenSessionsOfAPoolThatDoesNotConnectInAcquire) {
  HistoryBuilder h;
  h.capabilities().connects_lazily = false;
  h.opens(0, 1).tries(1, Outcome::ok, 1).stalled().tries(0, Outcome::exhausted);

  EXPECT_EQ(h.judged_by(LawId::conservation), "");
}

TEST(Conservation, CountsLeasesAboveMaxSize) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).takes(2, 2);

  EXPECT_EQ(h.judged_by(LawId::conservation),
            "task 2 got session 2 at 0s (event 7) as one of 2 leases out at once: "
            "max_size is 1");
}

TEST(Conservation, LetsLeasesOutliveAShrinking) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).opens(2, 2).resize(3, 0, 1).got(2, 2);

  EXPECT_EQ(h.judged_by(LawId::conservation), "");
}

TEST(Conservation, MissesACloseAtTheEnd) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).does(0, Operation::destroy).finished();

  EXPECT_EQ(h.judged_by(LawId::conservation),
            "session 1, opened at 0s (event 1), was never closed");
}

TEST(Conservation, AsksForNoCloseWhileALeaseIsOut) {
  HistoryBuilder h;
  h.takes(1, 1).does(0, Operation::destroy).finished();

  EXPECT_EQ(h.judged_by(LawId::conservation), "");
}

TEST(Conservation, AsksForNoCloseOfAnExecutionCutShort) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).does(0, Operation::destroy).finished(Outcome::aborted);

  EXPECT_EQ(h.judged_by(LawId::conservation), "");
}

TEST(Conservation, RefusesASecondCloseAndAnyCallAfterTheFirst) {
  HistoryBuilder h;
  h.takes(1, 1).release(1, 1).closes(1, 1).calls(1, ClientCall::reset, 1).closes(1, 1).returns(1);

  EXPECT_EQ(h.judged_by(LawId::conservation),
            "session 1 was closed a second time at 0s (event 9) (first at event 5)\n"
            "session 1 was called (reset) at 0s (event 7) after its close had begun (event 5)");
}

}  // namespace
}  // namespace poolproof::sim
