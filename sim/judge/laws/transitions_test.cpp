#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using State = ConnectionState;

TEST(Transitions, AcceptsALifeFromOpenToClosedToldOutOfOrder) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::opened, 1, 0, 1).changed(2, 1, State::idle, State::in_use, 3);
  h.changed(1, 1, State::in_use, State::idle, 2).changed(2, 1, State::in_use, State::invalid, 4);
  h.observed(2, PoolEventKind::closed, 1, 0, 5);

  EXPECT_EQ(h.judged_by(LawId::transitions), "");
}

TEST(Transitions, RefusesAWayOutOfInvalid) {
  HistoryBuilder h;
  h.changed(1, 1, State::in_use, State::invalid).changed(1, 1, State::invalid, State::idle);

  EXPECT_EQ(h.judged_by(LawId::transitions),
            "connection 1 at 0s (event 1) went from invalid to idle: there is no such "
            "transition");
}

TEST(Transitions, RefusesAJumpFromAStateItWasNotIn) {
  HistoryBuilder h;
  h.changed(1, 1, State::in_use, State::idle).changed(1, 1, State::in_use, State::invalid);

  EXPECT_EQ(h.judged_by(LawId::transitions),
            "connection 1 at 0s (event 1) went from in_use to invalid, but was idle "
            "before (event 0)");
}

TEST(Transitions, RefusesChangesAfterTheEnd) {
  HistoryBuilder h;
  h.changed(1, 1, State::idle, State::invalid).observed(1, PoolEventKind::closed, 1);
  h.changed(1, 1, State::idle, State::in_use).observed(1, PoolEventKind::closed, 1);

  EXPECT_EQ(h.judged_by(LawId::transitions),
            "connection 1 at 0s (event 2) was made in_use after it had been closed (event 1)\n"
            "connection 1 at 0s (event 3) was closed after it had been closed (event 2)");
}

TEST(Transitions, RefusesASecondOpeningOfANumber) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::opened, 1).observed(2, PoolEventKind::opened, 1);

  EXPECT_EQ(h.judged_by(LawId::transitions),
            "connection 1 at 0s (event 1) was opened a second time (first at event 0)");
}

TEST(Transitions, RefusesACloseOfWhatIsNotInvalid) {
  HistoryBuilder h;
  h.changed(1, 1, State::in_use, State::idle).observed(1, PoolEventKind::closed, 1);

  EXPECT_EQ(h.judged_by(LawId::transitions),
            "connection 1 at 0s (event 1) was closed while idle: it never became invalid "
            "(event 0)");
}

TEST(Transitions, RefusesACloseOfWhatNoStateWasEverToldOf) {
  HistoryBuilder h;
  h.observed(1, PoolEventKind::opened, 1).observed(1, PoolEventKind::closed, 1);

  EXPECT_EQ(
      h.judged_by(LawId::transitions),
      "connection 1 at 0s (event 1) was closed without ever having become invalid (opened at "
      "event 0)");
}

TEST(Transitions, AreNotJudgedWithoutAnObserver) {
  HistoryBuilder h;
  h.capabilities().observer = false;

  EXPECT_EQ(h.judged_by(LawId::transitions),
            "n/a: the pool has no observer to say what state a connection is in");
}

}  // namespace
}  // namespace poolproof::sim
