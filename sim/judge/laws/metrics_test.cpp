#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

/// One session leased to task 1.
HistoryBuilder one_lease() {
  HistoryBuilder h;
  h.takes(1, 1);
  return h;
}

/// What is true of it.
Snapshot truth() {
  return {.total = 1, .in_use = 1, .leases = 1, .acquires = 1, .connects = 1};
}

TEST(Metrics, AcceptsTheTruth) {
  HistoryBuilder h = one_lease();
  h.snapshot(0, truth())
      .release(1, 1)
      .calls(1, ClientCall::reset, 1, Outcome::failed)
      .closes(1, 1);
  h.returns(1).acquire(2).opens(2, 2, Outcome::failed).returns(2, Outcome::connect_failed);
  h.snapshot(0, {.acquires = 1, .releases = 1, .connects = 1, .connect_failures = 1, .closes = 1});

  EXPECT_EQ(h.judged_by(LawId::metrics), "");
}

TEST(Metrics, RefusesSumsThatDoNotAddUp) {
  HistoryBuilder h = one_lease();
  Snapshot s = truth();
  s.invalid = 1;
  s.releases = 1;
  h.snapshot(0, s);

  EXPECT_EQ(
      h.judged_by(LawId::metrics),
      "the snapshot of task 0 at 0s (event 5) says total 1, but idle 0 + in_use 1 + invalid 1 are "
      "2\n"
      "the snapshot of task 0 at 0s (event 5) says leases 1, but acquires 1 less releases 1\n"
      "the snapshot of task 0 at 0s (event 5) says releases 1, but the history says 0");
}

TEST(Metrics, RefusesCountersThatGoBack) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::failed);
  h.snapshot(0, {.connect_failures = 1}).snapshot(0, {});

  EXPECT_EQ(h.judged_by(LawId::metrics),
            "the snapshot of task 0 at 0s (event 6) says connect_failures 0, but it was 1 "
            "before (event 4)");
}

TEST(Metrics, RefusesWhatTheHistoryContradicts) {
  HistoryBuilder h = one_lease();
  Snapshot s = truth();
  s.timeouts = 1;
  s.connects = 2;
  s.opening = 1;
  s.waiting = 1;
  s.closes = 1;
  h.snapshot(0, s);

  EXPECT_EQ(h.judged_by(LawId::metrics),
            "the snapshot of task 0 at 0s (event 5) says timeouts 1, but the history says 0\n"
            "the snapshot of task 0 at 0s (event 5) says connects 2, but the history says 1\n"
            "the snapshot of task 0 at 0s (event 5) says closes 1, but the history says 0\n"
            "the snapshot of task 0 at 0s (event 5) says waiting 1, but the history says 0\n"
            "the snapshot of task 0 at 0s (event 5) says opening 1, but the history says 0");
}

TEST(Metrics, RefusesAnIdleConnectionThatIsLeased) {
  HistoryBuilder h = one_lease();
  Snapshot s = truth();
  s.idle = 1;
  s.in_use = 0;
  h.snapshot(0, s);

  EXPECT_EQ(h.judged_by(LawId::metrics),
            "the snapshot of task 0 at 0s (event 5) says idle 1, but the history says 0");
}

TEST(Metrics, GivesWhatIsUnderWayTheBenefitOfTheDoubt) {
  HistoryBuilder either = one_lease();
  either.release(1, 1).snapshot(0, truth()).returns(1);
  HistoryBuilder other = one_lease();
  other.release(1, 1);
  other.snapshot(0, {.total = 1, .idle = 1, .acquires = 1, .releases = 1, .connects = 1})
      .returns(1);
  HistoryBuilder waiting = one_lease();
  waiting.acquire(2);
  Snapshot s = truth();
  s.waiting = 1;
  waiting.snapshot(0, s);

  EXPECT_EQ(either.judged_by(LawId::metrics) + other.judged_by(LawId::metrics) +
                waiting.judged_by(LawId::metrics),
            "");
}

TEST(Metrics, DoNotCountASecondReleaseOfALease) {
  HistoryBuilder h = one_lease();
  h.gives_back(1, 1).gives_back(1, 0).gives_back(1, 1);
  h.snapshot(0, {.total = 1, .idle = 1, .acquires = 1, .releases = 1, .connects = 1});

  EXPECT_EQ(h.judged_by(LawId::metrics), "");
}

TEST(Metrics, AreNotJudgedOfAPoolWithoutThem) {
  HistoryBuilder h;
  h.capabilities().metrics = false;

  EXPECT_EQ(h.judged_by(LawId::metrics), "n/a: the pool has no metrics");
}

TEST(Metrics, CountAsManyWaitsAsAcquires) {
  HistoryBuilder h = one_lease();
  h.snapshot(0, truth());
  EXPECT_EQ(h.judged_by(LawId::metrics), "");

  h.capabilities().full_metrics = true;
  EXPECT_EQ(h.judged_by(LawId::metrics),
            "the snapshot of task 0 at 0s (event 5) says acquires 1, but has counted 0 waits");
}

TEST(Metrics, CountTheConnectsUnderWay) {
  HistoryBuilder h;
  h.acquire(1).begins(1, ClientCall::connect, 1).snapshot(0, {}).ends(1).got(1, 1);
  EXPECT_EQ(h.judged_by(LawId::metrics), "");

  h.capabilities().full_metrics = true;

  EXPECT_EQ(h.judged_by(LawId::metrics),
            "the snapshot of task 0 at 0s (event 3) says opening 0, but 1 connect under way all "
            "the time");
}

}  // namespace
}  // namespace poolproof::sim
