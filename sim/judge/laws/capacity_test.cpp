#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

TEST(Capacity, AcceptsASlotUsedAgainAfterAFailedConnectAndAfterAClose) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed).takes(1, 2);
  h.release(1, 2).closes(1, 2).takes(2, 3);

  EXPECT_EQ(h.judged_by(LawId::capacity), "");
}

TEST(Capacity, CountsSessionsThatAreStillOpeningOrClosing) {
  HistoryBuilder h;
  h.takes(1, 1).release(1, 1).begins(1, ClientCall::close, 1);
  h.acquire(2).begins(2, ClientCall::connect, 2).acquire(3).begins(3, ClientCall::connect, 3);

  EXPECT_EQ(h.judged_by(LawId::capacity),
            "the connect of session 3 at 0s (event 9) made 3 sessions of at most 2 "
            "(session 1 closing, session 2 opening)");
}

TEST(Capacity, LetsAConnectGoByAMaxSizeInForceWhenItsOperationWasCalled) {
  HistoryBuilder h;
  h.takes(1, 1).acquire(2).resize(3, 0, 1).opens(2, 2).got(2, 2);

  EXPECT_EQ(h.judged_by(LawId::capacity), "");
}

TEST(Capacity, GrantsNothingForAResizeThatFailed) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).resize(3, 0, 2, Outcome::failed).takes(2, 2);

  EXPECT_EQ(h.judged_by(LawId::capacity),
            "the connect of session 2 at 0s (event 7) made 2 sessions of at most 1 "
            "(session 1 open)");
}

TEST(Capacity, HoldsAConnectToAMaxSizeThatHadReturnedBefore) {
  HistoryBuilder h;
  h.takes(1, 1).resize(3, 0, 1).takes(2, 2);

  EXPECT_EQ(h.judged_by(LawId::capacity),
            "the connect of session 2 at 0s (event 7) made 2 sessions of at most 1 "
            "(session 1 open)");
}

TEST(Capacity, LetsAConnectGoByAResizeThatIsUnderWay) {
  HistoryBuilder h;
  h.config().max_size = 1;
  h.takes(1, 1).resize(3, 0, 2);
  h.takes(2, 2);

  EXPECT_EQ(h.judged_by(LawId::capacity), "");
}

TEST(Capacity, GoesByEitherOfTwoResizesThatOverlapped) {
  HistoryBuilder h;
  h.takes(1, 1).call(4, Operation::resize).resize(3, 0, 2).returns(4).takes(2, 2).takes(3, 3);

  EXPECT_EQ(h.judged_by(LawId::capacity),
            "the connect of session 3 at 0s (event 13) made 3 sessions of at most 2 "
            "(session 1 open, session 2 open)");
}

}  // namespace
}  // namespace poolproof::sim
