#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(Restraint, AcceptsOneConnectForEachGrantAndForEachThatIsMissing) {
  HistoryBuilder h;
  h.config().min_size = 1;
  h.call(1, Operation::ensure_min_size).opens(1, 1).returns(1).takes(2, 1).takes(3, 2);

  EXPECT_EQ(h.judged_by(LawId::restraint), "");
}

TEST(Restraint, RefusesToFillAFullPool) {
  HistoryBuilder h;
  h.config().min_size = 1;
  h.takes(2, 1).call(1, Operation::health_check).opens(1, 2).returns(1);

  EXPECT_EQ(h.judged_by(LawId::restraint),
            "health_check of task 1 opened session 2 at 0s (event 5) although 1 of min_size 1 "
            "were open");
}

TEST(Restraint, LetsAPoolReplaceWhatIsKnownToBeBroken) {
  HistoryBuilder h;
  h.config().min_size = 1;
  h.takes(2, 1).gives_back(2, 1).call(1, Operation::health_check);
  h.calls(1, ClientCall::ping, 1, Outcome::failed).opens(1, 2).closes(1, 1).returns(1);

  EXPECT_EQ(h.judged_by(LawId::restraint), "");
}

TEST(Restraint, RefusesASecondConnectForOneAcquire) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1).opens(1, 2).got(1, 2);

  EXPECT_EQ(
      h.judged_by(LawId::restraint),
      "acquire of task 1 opened session 2 at 0s (event 3) although session 1 had been opened "
      "for it (event 2)");
}

TEST(Restraint, LetsAnAcquireTryAgainWhenItsConnectFailed) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::failed).opens(1, 2).got(1, 2);

  EXPECT_EQ(h.judged_by(LawId::restraint), "");
}

/// A pool that pauses for 5 to 10 ms after the first refused connect.
HistoryBuilder pausing() {
  HistoryBuilder h;
  h.config().connect_backoff = 10ms;
  h.config().connect_backoff_max = 1s;
  return h;
}

TEST(Restraint, RefusesToConnectAgainWithinThePause) {
  HistoryBuilder h = pausing();
  h.tries(1, Outcome::connect_failed);
  h.call(2, Operation::try_acquire)
      .opens(2, 1, Outcome::failed)
      .returns(2, Outcome::connect_failed);
  h.at(4ms).acquire(3).opens(3, 2).got(3, 2);

  EXPECT_EQ(h.judged_by(LawId::restraint),
            "task 3's connect began at 4ms (event 7), 4ms after one was refused (event 4), number "
            "1 in a row: the pause is at least 5ms");
}

TEST(Restraint, AcceptsAConnectThatIsLateEnoughOrWasDecidedBefore) {
  HistoryBuilder h = pausing();
  h.acquire(4).acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.opens(4, 2, Outcome::failed).returns(4, Outcome::connect_failed);
  h.at(5ms).acquire(3).opens(3, 3).got(3, 3);

  EXPECT_EQ(h.judged_by(LawId::restraint), "");
}

TEST(Restraint, DoublesThePauseForEachFurtherRefusal) {
  HistoryBuilder h = pausing();
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.at(10ms).acquire(1).opens(1, 2, Outcome::threw).returns(1, Outcome::connect_failed);
  h.at(19ms).acquire(1).opens(1, 3).got(1, 3);

  EXPECT_EQ(
      h.judged_by(LawId::restraint),
      "task 1's connect began at 19ms (event 9), 9ms after one was refused (event 6), number "
      "2 in a row: the pause is at least 10ms");
}

TEST(Restraint, BeginsAnewAfterASuccess) {
  HistoryBuilder h = pausing();
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.at(10ms).acquire(1).opens(1, 2).got(1, 2).acquire(2).opens(2, 3).got(2, 3);

  EXPECT_EQ(h.judged_by(LawId::restraint), "");
}

TEST(Restraint, AsksAPoolWithoutAPauseForNone) {
  HistoryBuilder h = pausing();
  h.capabilities().connect_backoff = false;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.acquire(1).opens(1, 2).got(1, 2);

  EXPECT_EQ(h.judged_by(LawId::restraint), "");
}

/// Sessions of one age, all closed by a check at 98 ms of their 100, after one at 95 ms.
HistoryBuilder closed_together(unsigned sessions) {
  HistoryBuilder h;
  h.config().max_size = sessions;
  h.config().max_lifetime = 100ms;
  for (unsigned n = 1; n <= sessions; ++n)
    h.takes(n, n);
  for (unsigned n = 1; n <= sessions; ++n)
    h.gives_back(n, n);
  h.at(95ms).does(9, Operation::health_check).at(98ms).call(9, Operation::health_check);
  for (unsigned n = 1; n <= sessions; ++n)
    h.closes(9, n);
  h.returns(9);
  return h;
}

TEST(Restraint, RefusesThatAllExpireTogether) {
  EXPECT_EQ(closed_together(6).judged_by(LawId::restraint),
            "health_check of task 9 closed 6 of 6 sessions opened together 98ms after that: since "
            "the check before (event 36) at most 4 may have expired");
}

TEST(Restraint, LetsAFewExpireTogether) {
  EXPECT_EQ(closed_together(4).judged_by(LawId::restraint), "");
}

}  // namespace
}  // namespace poolproof::sim
