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

TEST(SaidOnce, RefusesALeaseThatIsReportedOverdueTooSoon) {
  HistoryBuilder h;
  h.config().leak_threshold = std::chrono::milliseconds(5);
  h.acquire(1).observed(1, PoolEventKind::lease_began, 1).at(std::chrono::milliseconds(5));
  h.observed(2, PoolEventKind::lease_overdue, 1).at(std::chrono::milliseconds(6));
  h.acquire(2).observed(2, PoolEventKind::lease_began, 2).at(std::chrono::milliseconds(12));
  h.observed(1, PoolEventKind::lease_overdue, 2);

  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told of lease_overdue (connection 1) at 5ms (event 2), 5ms after "
            "its acquire was called: leak_threshold is 5ms");
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
  h.observed(1, PoolEventKind::opened, 1).observed(1, PoolEventKind::pool_closed);
  h.observed(1, PoolEventKind::queued, 0, 7);

  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told opening 0 times by the end, of 1 that happened\n"
            "the observer was told closed 0 times by the end, of 1 that happened\n"
            "the observer was told lease_began 0 times by the end, of 1 that happened\n"
            "the observer was told lease_ended 0 times by the end, of 1 that happened\n"
            "the observer was told that waiter 7 queued (event 13), and by the end not what "
            "became of him");
}

TEST(SaidOnce, MissesTheEndOfThePool) {
  HistoryBuilder h;
  h.does(1, Operation::destroy).finished();
  h.observed(1, PoolEventKind::queued, 0, 7).observed(2, PoolEventKind::refused, 0, 7);

  EXPECT_EQ(h.judged_by(LawId::said_once),
            "the observer was told pool_closed 0 times by the end, of 1 that happened");
}

TEST(SaidOnce, AcceptsNumbersAsTheyWereTold) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::lease_began, 1).with(1, 0);
  h.observed(2, PoolEventKind::queued, 0, 1).with(1, 1);
  h.observed(1, PoolEventKind::lease_ended, 1).with(0, 1);
  h.observed(2, PoolEventKind::granted, 1, 1).with(0, 0);

  EXPECT_EQ(h.judged_by(LawId::said_once), "");
}

TEST(SaidOnce, RefusesNumbersThatWereNotSo) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::lease_began, 1).with(0, 0);
  h.observed(2, PoolEventKind::queued, 0, 1).with(1, 2);

  EXPECT_EQ(
      h.judged_by(LawId::said_once),
      "the observer was told of lease_began (connection 1) at 0s (event 0) with leases 0, "
      "but it had been told of 1\n"
      "the observer was told of queued (waiter 1) at 0s (event 1) with waiting 2, but it had "
      "been told of 1");
}

TEST(SaidOnce, IsNotJudgedWithoutAnObserver) {
  HistoryBuilder h;
  h.capabilities().observer = false;

  EXPECT_TRUE(h.judged_by(LawId::said_once).starts_with("n/a: "));
}

}  // namespace
}  // namespace poolproof::sim
