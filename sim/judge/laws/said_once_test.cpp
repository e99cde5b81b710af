#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

TEST(SaidOnce, AcceptsEachWordOnce) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::opened, 1).observed(1, PoolEventKind::lease_began, 1);
  h.observed(2, PoolEventKind::lease_overdue, 1).observed(1, PoolEventKind::lease_ended, 1);
  h.observed(1, PoolEventKind::lease_began, 1).observed(2, PoolEventKind::lease_overdue, 1);

  EXPECT_EQ(h.judged_by(LawId::said_once), "");
}

TEST(SaidOnce, RefusesALeaseThatIsReportedAtEveryCheck) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::lease_began, 1);
  h.observed(2, PoolEventKind::lease_overdue, 1).observed(2, PoolEventKind::lease_overdue, 1);

  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told of lease_overdue (connection 1) a second time at 0s (event 2) "
            "(first at event 1)");
}

TEST(SaidOnce, RefusesTheEndOfALeaseThatHadNotBegun) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::lease_ended, 1);

  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told of lease_ended (connection 1) at 0s (event 0), of which none "
            "had begun");
}

TEST(SaidOnce, RefusesAWaiterThatIsGrantedTwice) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::queued, 0, 1).observed(1, PoolEventKind::granted, 0, 1);
  h.observed(1, PoolEventKind::withdrawn, 0, 1);

  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told of withdrawn (waiter 1) a second time at 0s (event 2) (first "
            "at event 1)");
}

TEST(SaidOnce, AcceptsAWaiterThatQueuesAnewWhenTheSlotThatItWasGrantedIsRefused) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::queued, 0, 1).observed(1, PoolEventKind::granted, 0, 1);
  h.observed(1, PoolEventKind::queued, 0, 1);
  EXPECT_EQ(h.judged_by(LawId::said_once), "");

  h.observed(1, PoolEventKind::queued, 0, 1);
  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told of queued (waiter 1) a second time at 0s (event 3) (first at "
            "event 2)");
}

TEST(SaidOnce, MissesAtTheEndWhatWasNotSaid) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).call(1, Operation::destroy).closes(1, 1).returns(1).finished();
  h.observed(1, PoolEventKind::opened, 1);

  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told closed 0 times by the end, of 1 that happened");
}

TEST(SaidOnce, IsNotJudgedWithoutAnObserver) {
  HistoryBuilder h;
  h.capabilities().observer = false;

  EXPECT_TRUE(h.judged_by(LawId::said_once).starts_with("n/a: "));
}

}  // namespace
}  // namespace poolproof::sim
