#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// Session 1 has been opened and given back at 0s.
HistoryBuilder one_idle() {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1);
  return h;
}

TEST(NoStaleHandout, AcceptsASessionThatNothingIsKnownAgainst) {
  HistoryBuilder h = one_idle();
  h.takes(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout), "");
}

TEST(NoStaleHandout, RefusesASessionAfterAFailedPing) {
  HistoryBuilder h = one_idle();
  h.acquire(2).calls(2, ClientCall::ping, 1, Outcome::failed).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 0s (event 9) although task 2's ping had "
            "failed (event 8)");
}

TEST(NoStaleHandout, ForgivesAPingThatSucceededThereafterButNoReset) {
  HistoryBuilder h = one_idle();
  h.acquire(2)
      .calls(2, ClientCall::ping, 1, Outcome::failed)
      .calls(2, ClientCall::ping, 1)
      .got(2, 1);
  EXPECT_EQ(h.judged_by(LawId::no_stale_handout), "");

  h.release(2, 1).calls(2, ClientCall::reset, 1, Outcome::threw).calls(2, ClientCall::ping, 1);
  h.returns(2).takes(3, 1);
  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 3 at 0s (event 19) although task 2's reset had "
            "failed (event 14)");
}

TEST(NoStaleHandout, RefusesWhatAHolderInvalidatedEvenToAWaiter) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).parked(2).does(1, Operation::invalidate, 1).gives_back(1, 1).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 0s (event 10) although task 1 had "
            "invalidated it (event 6)");
}

TEST(NoStaleHandout, RefusesWhatIsBeingClosed) {
  HistoryBuilder h = one_idle();
  h.call(3, Operation::evict_all).begins(3, ClientCall::close, 1).takes(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 0s (event 9) although its close had begun "
            "(event 7)");
}

TEST(NoStaleHandout, RefusesWhatIsOlderThanMaxLifetime) {
  HistoryBuilder h = one_idle();
  h.config().max_lifetime = 60s;
  h.at(61s).takes(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 61s (event 7) although it had been open "
            "for 61s: max_lifetime is 1min (event 3)");
}

TEST(NoStaleHandout, RefusesToPassOnWhatCameBackTooOld) {
  HistoryBuilder h;
  h.config().max_lifetime = 60s;
  h.takes(1, 1).acquire(2, Duration::max()).at(61s).gives_back(1, 1).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 61s (event 7) although it had been open "
            "for 61s: max_lifetime is 1min (event 3)");
}

TEST(NoStaleHandout, AcceptsWhatGrewOldOnlyAfterItWasGranted) {
  HistoryBuilder h = one_idle();
  h.config().max_lifetime = 60s;
  h.at(59s).acquire(2).at(62s).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout), "");
}

TEST(NoStaleHandout, RefusesWhatWasEvicted) {
  HistoryBuilder h;
  h.takes(1, 1).does(0, Operation::evict_all).gives_back(1, 1).takes(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 0s (event 9) although task 0 had evicted it "
            "(event 4)");
}

TEST(NoStaleHandout, AcceptsWhatAnEvictionMayHaveMissed) {
  HistoryBuilder opening;
  opening.acquire(1)
      .opens(1, 1)
      .does(0, Operation::evict_all)
      .got(1, 1)
      .gives_back(1, 1)
      .takes(2, 1);
  HistoryBuilder under_way = one_idle();
  under_way.call(0, Operation::evict_all).takes(2, 1).returns(0);

  EXPECT_EQ(opening.judged_by(LawId::no_stale_handout), "");
  EXPECT_EQ(under_way.judged_by(LawId::no_stale_handout), "");
}

TEST(NoStaleHandout, RefusesWhatWasEvictedWhileThePoolStillPingedIt) {
  HistoryBuilder h = one_idle();
  h.acquire(2).begins(2, ClientCall::ping, 1).does(0, Operation::evict_all).ends(2).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 0s (event 11) although task 0 had evicted it "
            "(event 8)");
}

TEST(NoStaleHandout, RefusesWhatItsClientKnewToBeDead) {
  HistoryBuilder h = one_idle();
  h.at(5ms).takes(2, 1).died(1, 3ms);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 5ms (event 7) although its client had known since "
            "2ms that it was dead (event 6)");
}

TEST(NoStaleHandout, AcceptsWhatDiedWhileAHealthCheckMayStillHaveHadIt) {
  HistoryBuilder h = one_idle();
  h.call(2, Operation::health_check).calls(2, ClientCall::ping, 1);
  h.at(5ms).acquire(3).got(3, 1).died(1, 3ms).returns(2);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout), "");
}

TEST(NoStaleHandout, AcceptsWhatDiedAfterItWasAskedForOrOfWhichNobodyIsToTakeNotice) {
  HistoryBuilder late = one_idle();
  late.at(5ms).takes(2, 1).died(1, 0ms);
  HistoryBuilder declined = one_idle();
  declined.capabilities().notices_dead = false;
  declined.at(5ms).takes(2, 1).died(1, 3ms);

  EXPECT_EQ(late.judged_by(LawId::no_stale_handout), "");
  EXPECT_EQ(declined.judged_by(LawId::no_stale_handout), "");
}

/// Session 1 is idle; task 2 has found out on session 2 that the server may only be read.
HistoryBuilder after_a_failover() {
  HistoryBuilder h = one_idle();
  h.takes(2, 2).calls(2, ClientCall::execute, 2, Outcome::read_only);
  return h;
}

TEST(NoStaleHandout, RefusesWhatLeadsToAServerThatIsKnownToBeReadOnly) {
  HistoryBuilder h = after_a_failover();
  h.gives_back(2, 2).takes(3, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 3 at 0s (event 15) although task 2 had found the server "
            "to be read-only (event 11)");
}

TEST(NoStaleHandout, AcceptsWhatWasAskedForBeforeTheServerWasReportedOrOpenedAfter) {
  HistoryBuilder before = after_a_failover();
  before.takes(3, 1).gives_back(2, 2);
  HistoryBuilder newer = after_a_failover();
  newer.gives_back(2, 2).takes(3, 3);
  HistoryBuilder declined = after_a_failover();
  declined.capabilities().error_policy = false;
  declined.gives_back(2, 2).takes(3, 1);

  EXPECT_EQ(before.judged_by(LawId::no_stale_handout), "");
  EXPECT_EQ(newer.judged_by(LawId::no_stale_handout), "");
  EXPECT_EQ(declined.judged_by(LawId::no_stale_handout), "");
}

/// Task 2 had called before session 1 was opened, connects after it, and finds out that the server
/// may only be read.
HistoryBuilder found_by_an_older_caller(bool is_all_evicted) {
  HistoryBuilder h;
  h.acquire(2);
  if (is_all_evicted) h.call(4, Operation::evict_all).returns(4);
  h.takes(1, 1).gives_back(1, 1);
  h.opens(2, 2).got(2, 2).calls(2, ClientCall::execute, 2, Outcome::read_only);
  return h.gives_back(2, 2).takes(3, 1);
}

TEST(NoStaleHandout, CountsNothingAsOldThatMayBeOfANewerGeneration) {
  HistoryBuilder newer = found_by_an_older_caller(true);
  HistoryBuilder as_old = found_by_an_older_caller(false);

  EXPECT_EQ(newer.judged_by(LawId::no_stale_handout), "");
  EXPECT_EQ(as_old.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 3 at 0s (event 15) although task 2 had found the server "
            "to be read-only (event 11)");
}

TEST(NoStaleHandout, RefusesWhatIdledTooLongWithoutAPing) {
  HistoryBuilder h = one_idle();
  h.config().validate_after_idle = 5s;
  h.at(6s).takes(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 6s (event 7) although it had been idle for "
            "6s and was not pinged: validate_after_idle is 5s (event 6)");
}

TEST(NoStaleHandout, AcceptsWhatACheckMayHaveHeldMeanwhile) {
  HistoryBuilder held = one_idle();
  held.config().validate_after_idle = 5s;
  held.call(3, Operation::health_check).calls(3, ClientCall::ping, 1).at(6s).takes(2, 1);
  HistoryBuilder returned = one_idle();
  returned.config().validate_after_idle = 5s;
  returned.call(3, Operation::health_check).calls(3, ClientCall::ping, 1).returns(3);
  returned.at(6s).takes(2, 1);

  EXPECT_EQ(held.judged_by(LawId::no_stale_handout), "");
  EXPECT_EQ(returned.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 6s (event 11) although it had been idle for "
            "6s and was not pinged: validate_after_idle is 5s (event 10)");
}

TEST(NoStaleHandout, AcceptsWhatWasPingedInTheAcquireOrShortlyBefore) {
  HistoryBuilder within = one_idle();
  within.config().validate_after_idle = 5s;
  within.at(6s).acquire(2).calls(2, ClientCall::ping, 1).got(2, 1);
  HistoryBuilder before = one_idle();
  before.config().validate_after_idle = 5s;
  before.at(6s).call(0, Operation::health_check).calls(0, ClientCall::ping, 1).returns(0).at(11s);
  before.takes(2, 1);

  EXPECT_EQ(within.judged_by(LawId::no_stale_handout), "");
  EXPECT_EQ(before.judged_by(LawId::no_stale_handout), "");
}

TEST(NoStaleHandout, GoesOnlyByThePromisesThatThePoolMakes) {
  HistoryBuilder h = one_idle();
  h.config().max_lifetime = h.config().validate_after_idle = 1s;
  h.capabilities().max_lifetime = h.capabilities().validate_after_idle = false;
  h.at(1h).takes(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout), "");
}

TEST(NoStaleHandout, RefusesWhatWasEvictedWhileItsAcquirerStillPingedIt) {
  HistoryBuilder h = one_idle();
  h.acquire(2).begins(2, ClientCall::ping, 1).does(3, Operation::evict_all).ends(2).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 0s (event 11) although task 3 had evicted it "
            "(event 8)");
}

TEST(NoStaleHandout, AcceptsAnEvictionBetweenThePingAndTheReturn) {
  HistoryBuilder h = one_idle();
  h.acquire(2).calls(2, ClientCall::ping, 1).does(3, Operation::evict_all).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout), "");
}

TEST(NoStaleHandout, RefusesWhatGrewTooOldDuringItsPing) {
  HistoryBuilder h = one_idle();
  h.config().max_lifetime = 10ms;
  h.at(8ms).acquire(2).begins(2, ClientCall::ping, 1).at(12ms).ends(2).got(2, 1);

  EXPECT_EQ(h.judged_by(LawId::no_stale_handout),
            "session 1 was handed to task 2 at 12ms (event 9) although it had been open for 12ms: "
            "max_lifetime is 10ms (event 3)");
}

}  // namespace
}  // namespace poolproof::sim
