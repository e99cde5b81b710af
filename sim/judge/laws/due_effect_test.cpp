#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(DueEffect, AcceptsAnEvictionThatClosesWhatIsIdle) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).call(1, Operation::evict_all).closes(1, 1).returns(1);

  EXPECT_EQ(h.judged_by(LawId::due_effect), "");
}

TEST(DueEffect, RefusesAnEvictionThatLeavesAnIdleSessionOpen) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).does(1, Operation::evict_all);

  EXPECT_EQ(h.judged_by(LawId::due_effect),
            "session 1 was idle, and still open when evict_all of task 1 had returned at 0s "
            "(event 7)");
}

TEST(DueEffect, RefusesToKeepWhatWasOutWhenAllWereEvicted) {
  HistoryBuilder h;
  h.takes(1, 1).does(2, Operation::evict_all).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::due_effect),
            "session 1 was out when task 2 evicted all (event 4), and still open when its release "
            "had returned at 0s (event 7)");
}

TEST(DueEffect, RefusesToKeepWhatItsHolderInvalidated) {
  HistoryBuilder h;
  h.takes(1, 1).does(1, Operation::invalidate, 1).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::due_effect),
            "session 1 was invalidated (event 4), and still open when its release had returned at "
            "0s (event 7)");
}

TEST(DueEffect, RefusesAResizeThatKeepsIdleSessionsBeyondTheNewSize) {
  HistoryBuilder h;
  h.takes(1, 1).takes(2, 2).gives_back(1, 1).gives_back(2, 2).resize(1, 0, 1);

  EXPECT_EQ(h.judged_by(LawId::due_effect),
            "2 sessions were open, 0 of them leased out, when resize of task 1 had returned at 0s "
            "(event 13): max_size is 1");
}

TEST(DueEffect, RefusesAFloorThatFailsForNothing) {
  HistoryBuilder h;
  h.call(1, Operation::ensure_min_size).returns(1, Outcome::failed);
  EXPECT_EQ(h.judged_by(LawId::due_effect),
            "ensure_min_size of task 1 failed at 0s (event 1) although no connect had failed");

  HistoryBuilder with_cause;
  with_cause.call(1, Operation::ensure_min_size).opens(1, 1, Outcome::failed);
  with_cause.returns(1, Outcome::failed);
  EXPECT_EQ(with_cause.judged_by(LawId::due_effect), "");
}

TEST(DueEffect, AcceptsAFloorThatAnswersWithTheRefusalForWhichThePoolPauses) {
  HistoryBuilder h;
  h.capabilities().connect_backoff = true;
  h.config().connect_backoff = 10ms;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.at(5ms).call(1, Operation::ensure_min_size).returns(1, Outcome::failed);
  EXPECT_EQ(h.judged_by(LawId::due_effect), "");

  h.at(1800ms).call(1, Operation::ensure_min_size).returns(1, Outcome::failed);
  EXPECT_EQ(h.judged_by(LawId::due_effect),
            "ensure_min_size of task 1 failed at 1.8s (event 7) although no connect had failed");
}

TEST(DueEffect, RefusesADrainThatForgetsALease) {
  HistoryBuilder h;
  h.takes(1, 1).call(2, Operation::drain).drained(2, 0);

  EXPECT_EQ(
      h.judged_by(LawId::due_effect),
      "drain of task 2 said at 0s (event 5) that 0 leases were out, of which there were 1 to "
      "1");
}

TEST(DueEffect, RefusesACheckThatReportsNoOverdueLease) {
  HistoryBuilder h;
  h.config().leak_threshold = 5ms;
  h.acquire(1).opens(1, 1).observed(1, PoolEventKind::lease_began, 7).got(1, 1);
  h.at(6ms).does(2, Operation::health_check);
  EXPECT_EQ(
      h.judged_by(LawId::due_effect),
      "session 1 had been out for 6ms when health_check of task 2 was called, and nobody was "
      "told: leak_threshold is 5ms");
}

TEST(DueEffect, AcceptsACheckThatReportsIt) {
  HistoryBuilder h;
  h.config().leak_threshold = 5ms;
  h.acquire(1).opens(1, 1).observed(1, PoolEventKind::lease_began, 7).got(1, 1);
  h.at(6ms).call(2, Operation::health_check).observed(2, PoolEventKind::lease_overdue, 7);
  h.returns(2);

  EXPECT_EQ(h.judged_by(LawId::due_effect), "");
}

TEST(DueEffect, LeavesTheRestToThreadsOfThePoolsOwn) {
  HistoryBuilder h;
  h.takes(1, 1).calls(9, ClientCall::ping, 1).does(1, Operation::invalidate, 1).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::due_effect), "");
}

}  // namespace
}  // namespace poolproof::sim
