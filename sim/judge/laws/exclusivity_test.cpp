#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(Exclusivity, AcceptsAHandOffFromHolderToHolder) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).parked(2).at(5ms).release(1, 1).calls(1, ClientCall::reset, 1);
  h.got(2, 1).returns(1).calls(2, ClientCall::execute, 1).gives_back(2, 1);

  EXPECT_EQ(h.judged_by(LawId::exclusivity), "");
}

TEST(Exclusivity, NamesBothHoldersOfOneSession) {
  HistoryBuilder h;
  h.takes(1, 3).at(2ms).takes(2, 3);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "session 3 was handed to task 2 at 2ms (event 5) while task 1 still held it "
            "(leased at event 3)");
}

TEST(Exclusivity, RefusesALeaseWithoutAConnection) {
  HistoryBuilder h;
  h.acquire(1).got(1, 0).tries(2, Outcome::ok, 9);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "task 1 was given a lease without a connection at 0s (event 1)\n"
            "task 2 was given a lease of session 9, which was never opened at 0s (event 3)");
}

TEST(Exclusivity, RefusesALeaseOnASessionThatIsClosedOrNeverOpened) {
  HistoryBuilder h;
  h.takes(1, 1).release(1, 1).closes(1, 1).returns(1).takes(2, 1);
  h.acquire(1).opens(1, 2, Outcome::failed).got(1, 2);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "session 1 was handed to task 2 at 0s (event 9) after its close had begun (event 5)\n"
            "session 2 was handed to task 1 at 0s (event 13) although its connect had not "
            "succeeded");
}

TEST(Exclusivity, RefusesThePoolsOwnCallsOnALeasedSession) {
  HistoryBuilder h;
  h.takes(1, 1).call(2, Operation::health_check).calls(2, ClientCall::ping, 1).returns(2);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "task 2's ping on session 1 began at 0s (event 5) while task 1 held it "
            "(leased at event 3)");
}

TEST(Exclusivity, RefusesAHandOutWhileAnotherCallsTheClient) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).begins(7, ClientCall::ping, 1).takes(2, 1).ends(7);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "session 1 was handed to task 2 at 0s (event 8) while the pool's own ping on "
            "it was under way (since event 6)");
}

TEST(Exclusivity, RefusesTwoCallsAtOnceOnOneSession) {
  HistoryBuilder h;
  h.takes(1, 1).release(1, 1).begins(1, ClientCall::reset, 1).call(2, Operation::health_check);
  h.calls(2, ClientCall::ping, 1);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "task 2's ping on session 1 began at 0s (event 7) while task 1's reset was "
            "under way (since event 5)");
}

TEST(Exclusivity, RefusesAnEndedLeaseThatStillReachesASession) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).used_ended(1, 0).used_ended(1, 1);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "a lease that task 1 had ended still reached session 1 at 0s (event 9)");
}

TEST(Exclusivity, RefusesAStatementOnAClosedSession) {
  HistoryBuilder h;
  h.takes(1, 1).call(2, Operation::evict_all).closes(2, 1).calls(1, ClientCall::execute, 1);

  EXPECT_EQ(
      h.judged_by(LawId::exclusivity),
      "task 2's close on session 1 began at 0s (event 5) while task 1 held it (leased at event "
      "3)\n"
      "task 1's execute on session 1 began at 0s (event 7) after the session's close had begun "
      "(event 5)");
}

TEST(Exclusivity, KnowsASecondReleaseFromTheReleaseOfTheNextHolder) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).takes(2, 1).gives_back(1, 1).calls(2, ClientCall::execute, 1);
  h.gives_back(2, 1).takes(3, 1);

  EXPECT_EQ(h.judged_by(LawId::exclusivity), "");
}

TEST(Exclusivity, SeesTheClashThatASecondReleaseMakes) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1).takes(2, 1).gives_back(1, 1).takes(3, 1);

  EXPECT_EQ(h.judged_by(LawId::exclusivity),
            "session 1 was handed to task 3 at 0s (event 11) while task 2 still held it "
            "(leased at event 7)");
}

TEST(Exclusivity, LetsALeaseEndOnAnotherTask) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(2, 1).takes(3, 1);

  EXPECT_EQ(h.judged_by(LawId::exclusivity), "");
}

TEST(Exclusivity, LetsAPoolCloseAtOnceWhatItsHolderInvalidates) {
  HistoryBuilder h;
  h.takes(1, 1).call(1, Operation::invalidate, 1).closes(1, 1).returns(1);
  h.calls(1, ClientCall::execute, 1, Outcome::failed).gives_back(1, 1);

  EXPECT_EQ(h.judged_by(LawId::exclusivity), "");
}

TEST(Exclusivity, EndsLeasesWithAPoolThatDoesNotLetThemOutliveIt) {
  HistoryBuilder h;
  h.capabilities().lease_outlives_pool = false;
  h.takes(1, 1).call(0, Operation::destroy).closes(0, 1).returns(0);

  EXPECT_EQ(h.judged_by(LawId::exclusivity), "");
}

}  // namespace
}  // namespace poolproof::sim
