#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// min_size 1, max_size 3, idle_timeout 10s, max_lifetime 100s.
HistoryBuilder expiring() {
  HistoryBuilder h;
  h.config().min_size = 1;
  h.config().max_size = 3;
  h.config().idle_timeout = 10s;
  h.config().max_lifetime = 100s;
  return h;
}

/// Sessions 1 and 2 have been opened and given back at 0s.
HistoryBuilder two_idle() {
  HistoryBuilder h = expiring();
  h.takes(1, 1).takes(1, 2).gives_back(1, 2).gives_back(1, 1);
  return h;
}

TEST(ExpiryCause, AcceptsAnIdleOneAboveMinSize) {
  HistoryBuilder h = two_idle();
  h.at(11s).call(0, Operation::health_check).closes(0, 2).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryCause, AsksNothingOfACheckThatNeverReturned) {
  HistoryBuilder h = expiring();
  h.call(0, Operation::health_check).finished(Outcome::deadlock);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryCause, RefusesAnIdleOneThatMinSizeKeeps) {
  HistoryBuilder h = two_idle();
  h.at(11s).call(0, Operation::health_check).closes(0, 2).closes(0, 1).opens(0, 3).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 1 was closed at 11s (event 15) for no reason that the contract knows: "
            "it had idled long enough, but with min_size 1 it had to stay");
}

TEST(ExpiryCause, RefusesOneThatIsNeitherIdleForLongNorOld) {
  HistoryBuilder h = two_idle();
  h.at(9s).call(0, Operation::health_check).closes(0, 2).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 2 was closed at 9s (event 13) for no reason that the contract knows");
}

TEST(ExpiryCause, TakesZeroForNever) {
  HistoryBuilder h = two_idle();
  h.config().idle_timeout = h.config().max_lifetime = 0s;
  h.at(1h).call(0, Operation::health_check).closes(0, 2).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 2 was closed at 1h (event 13) for no reason that the contract knows");
}

TEST(ExpiryCause, CountsIdlenessFromTheEndOfTheLastLease) {
  HistoryBuilder h = expiring();
  h.takes(1, 1).takes(2, 2).at(8s).gives_back(2, 2);
  h.at(12s).call(0, Operation::health_check).closes(0, 2).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 2 was closed at 12s (event 11) for no reason that the contract knows");
}

TEST(ExpiryCause, AllowsATenthOfJitterAndNoMore) {
  HistoryBuilder late = expiring();
  late.takes(1, 1).at(90s).release(1, 1).closes(1, 1).returns(1);
  HistoryBuilder early = expiring();
  early.takes(1, 1).at(89s).release(1, 1).closes(1, 1).returns(1);

  EXPECT_EQ(late.judged_by(LawId::expiry), "");
  EXPECT_EQ(early.judged_by(LawId::expiry),
            "session 1 was closed at 89s (event 5) for no reason that the "
            "contract knows");
}

TEST(ExpiryCause, AcceptsWhatHasFailedBeenInvalidatedOrLostItsServer) {
  HistoryBuilder failed = expiring();
  failed.takes(1, 1).release(1, 1).calls(1, ClientCall::reset, 1, Outcome::threw).closes(1, 1);
  HistoryBuilder invalidated = expiring();
  invalidated.takes(1, 1).does(1, Operation::invalidate, 1).release(1, 1).closes(1, 1);
  HistoryBuilder restarted = expiring();
  restarted.takes(1, 1).server_restarts().release(1, 1).closes(1, 1);

  EXPECT_EQ(failed.judged_by(LawId::expiry) + invalidated.judged_by(LawId::expiry) +
                restarted.judged_by(LawId::expiry),
            "");
}

TEST(ExpiryCause, AcceptsEvictionShrinkingShutdownAndAnOpenerThatGaveUp) {
  HistoryBuilder evicted = two_idle();
  evicted.call(0, Operation::evict_all).closes(0, 1).closes(0, 2).returns(0);
  HistoryBuilder surplus = two_idle();
  surplus.resize(0, 0, 1).call(3, Operation::health_check).closes(3, 1).returns(3);
  HistoryBuilder closed = two_idle();
  closed.call(0, Operation::close).closes(0, 1).closes(0, 2).returns(0);
  HistoryBuilder abandoned = expiring();
  abandoned.acquire(1).opens(1, 1).closes(1, 1).returns(1, Outcome::timed_out);

  EXPECT_EQ(evicted.judged_by(LawId::expiry) + surplus.judged_by(LawId::expiry) +
                closed.judged_by(LawId::expiry) + abandoned.judged_by(LawId::expiry),
            "");
}

TEST(ExpiryCause, DoesNotTakeAnEvictionForACauseToCloseWhatCameLater) {
  HistoryBuilder h = expiring();
  h.does(0, Operation::evict_all).takes(1, 1).release(1, 1).closes(1, 1).returns(1);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 1 was closed at 0s (event 7) for no reason that the contract knows");
}

TEST(ExpiryCause, LetsAPoolWithRulesOfItsOwnCloseWhenItLikes) {
  HistoryBuilder h = two_idle();
  h.capabilities().idle_timeout = false;
  h.call(0, Operation::health_check).closes(0, 2).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryOfLeased, RefusesToCloseALeasedSessionHoweverOld) {
  HistoryBuilder h = expiring();
  h.config().min_size = 0;
  h.takes(1, 1).at(1h).call(0, Operation::health_check).closes(0, 1).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 1 was closed at 1h (event 5) while task 1 held it (leased at event 3)");
}

TEST(ExpiryOfLeased, RefusesToKeepWhatComesBackTooOld) {
  HistoryBuilder h = expiring();
  h.takes(1, 1).at(101s).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 1 was kept when task 1 released it at 101s (event 5) although "
            "older than max_lifetime (100s)");
}

TEST(ExpiryOfLeased, CountsAgeFromWhenThePoolSurelyHadIt) {
  HistoryBuilder h = expiring();
  h.acquire(1).opens(1, 1).at(50s).got(1, 1).at(120s).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryCheck, AcceptsACheckThatEvictsAndRefills) {
  HistoryBuilder h = two_idle();
  h.at(101s).call(0, Operation::health_check).closes(0, 1).closes(0, 2).opens(0, 3).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryCheck, MissesTheEvictionOfTheOld) {
  HistoryBuilder h = two_idle();
  h.config().idle_timeout = 0s;
  h.at(101s).call(0, Operation::health_check).closes(0, 1).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 2 was still open after health_check of task 0 at 101s (event 15) "
            "although idle and older than max_lifetime (100s)");
}

TEST(ExpiryCheck, MissesTheEvictionOfTheIdle) {
  HistoryBuilder h = two_idle();
  h.at(11s).does(0, Operation::health_check);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 2 was still open after health_check of task 0 at 11s (event 13) "
            "although idle for longer than idle_timeout (10s) and one of 2 idle, more "
            "than min_size");
}

TEST(ExpiryCheck, AsksNothingOfACheckThatHadCompany) {
  HistoryBuilder h = two_idle();
  h.at(11s).call(0, Operation::health_check).call(1, Operation::metrics).returns(0).returns(1);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryCheck, LetsAPingCountAsUse) {
  HistoryBuilder h = two_idle();
  h.at(6s).call(0, Operation::health_check).calls(0, ClientCall::ping, 1);
  h.calls(0, ClientCall::ping, 2).returns(0).at(11s).does(0, Operation::health_check);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryCheck, ExpectsTheFloorToBeRestored) {
  HistoryBuilder h = expiring();
  h.does(0, Operation::health_check).does(0, Operation::ensure_min_size);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "after health_check of task 0 at 0s (event 1) only 0 sessions of min_size 1 were "
            "open\n"
            "after ensure_min_size of task 0 at 0s (event 3) only 0 sessions of min_size 1 "
            "were open");
}

TEST(ExpiryCheck, AsksForNoFloorWhereAConnectFailed) {
  HistoryBuilder h = expiring();
  h.call(0, Operation::health_check).opens(0, 1, Outcome::failed).returns(0);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(ExpiryCheck, GoesByAMinSizeThatAResizeChanged) {
  HistoryBuilder h = expiring();
  h.resize(0, 0, 3).does(0, Operation::health_check);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(Expiry, IsNotJudgedOfAPoolWithoutIt) {
  HistoryBuilder h;
  h.capabilities().idle_timeout = h.capabilities().max_lifetime = false;

  EXPECT_EQ(h.judged_by(LawId::expiry), "n/a: the pool has neither idle_timeout nor max_lifetime");
}

TEST(Expiry, LetsAPoolCountAConnectWhoseFailureItHasNotHeardOfYet) {
  HistoryBuilder h;
  h.config().max_size = 3;
  h.takes(1, 1).takes(2, 2).acquire(3).opens(3, 3, Outcome::threw).resize(4, 0, 2);
  h.release(2, 2).calls(2, ClientCall::reset, 2).closes(2, 2).returns(2);
  h.returns(3, Outcome::connect_failed);

  EXPECT_EQ(h.judged_by(LawId::expiry), "");
}

TEST(Expiry, LetsNoPoolCountAConnectThatItsCallerWasToldOf) {
  HistoryBuilder h;
  h.config().max_size = 3;
  h.takes(1, 1).takes(2, 2).acquire(3).opens(3, 3, Outcome::threw);
  h.returns(3, Outcome::connect_failed).resize(4, 0, 2);
  h.release(2, 2).calls(2, ClientCall::reset, 2).closes(2, 2).returns(2);

  EXPECT_EQ(h.judged_by(LawId::expiry),
            "session 2 was closed at 0s (event 17) for no reason that the contract knows");
}

}  // namespace
}  // namespace poolproof::sim
