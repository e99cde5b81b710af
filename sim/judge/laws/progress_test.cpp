#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

TEST(Progress, AcceptsAnEndAfterEveryReturn) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).parked(2).stalled().gives_back(1, 1).got(2, 1).finished();

  EXPECT_EQ(h.judged_by(LawId::progress), "");
}

TEST(Progress, NamesWhoIsStuckInADeadlock) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).release(1, 1).finished(Outcome::deadlock);

  EXPECT_EQ(h.judged_by(LawId::progress),
            "deadlock at 0s (event 6): task 2 in acquire since event 4, task 1 in release "
            "since event 5");
}

TEST(Progress, ReportsALivelockOutsideThePoolToo) {
  HistoryBuilder h;
  h.takes(1, 1).finished(Outcome::livelock);

  EXPECT_EQ(h.judged_by(LawId::progress),
            "livelock at 0s (event 4): no task is in an operation of the pool");
}

TEST(Progress, MissesAReturn) {
  HistoryBuilder h;
  h.call(1, Operation::health_check).finished();

  EXPECT_EQ(h.judged_by(LawId::progress), "never returned: task 1 in health_check since event 0");
}

TEST(Progress, AsksForNoReturnsOfAnExecutionCutShort) {
  HistoryBuilder cut;
  cut.acquire(1).finished(Outcome::aborted);
  HistoryBuilder unfinished;
  unfinished.acquire(1);

  EXPECT_EQ(cut.judged_by(LawId::progress) + unfinished.judged_by(LawId::progress), "");
}

TEST(Progress, RefusesACloseThatWaitsForLeases) {
  HistoryBuilder h;
  h.takes(1, 1).call(0, Operation::close).parked(0).stalled();

  EXPECT_EQ(h.judged_by(LawId::progress),
            "close of task 0 slept at 0s (event 6) with 1 lease out: only acquire and drain "
            "may wait for leases to end");
}

TEST(Progress, LetsDrainWaitForLeasesAndOthersForTheClient) {
  HistoryBuilder drain;
  drain.takes(1, 1).call(0, Operation::drain, 0, Duration::max()).parked(0).stalled();
  HistoryBuilder client;
  client.takes(1, 1)
      .acquire(2)
      .begins(2, ClientCall::connect, 2)
      .call(0, Operation::close)
      .parked(0);
  client.stalled();

  EXPECT_EQ(drain.judged_by(LawId::progress) + client.judged_by(LawId::progress), "");
}

}  // namespace
}  // namespace poolproof::sim
