#include <poolproof/sim/judge/premises.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

/// What a history put to the test, of one law; one a line.
std::string tried(const HistoryBuilder& h, LawId law) {
  HistoryIndex index;
  index.build(h.history());
  const PremiseSet set = premises_in(h.history(), index);
  std::string text;
  for (std::size_t i = 0; i < premises().size(); ++i) {
    if (premises()[i].law == law && set.has(i)) text.append(premises()[i].what).append("\n");
  }
  return text;
}

TEST(Premises, HasOneForEachLaw) {
  for (const Law& law : laws()) {
    EXPECT_TRUE(std::ranges::any_of(premises(), [&](const Premise& premise) {
      return premise.law == law.id;
    })) << law.label;
  }
}

TEST(Premises, FindsLittleInOneClientThatHasAllToItself) {
  HistoryBuilder h;
  h.takes(1, 1).gives_back(1, 1);

  EXPECT_EQ(tried(h, LawId::connect_errors), "");
  EXPECT_EQ(tried(h, LawId::no_lost_wakeup), "");
  EXPECT_EQ(tried(h, LawId::exceptions), "");
  EXPECT_EQ(tried(h, LawId::conservation), "an attempt that has the pool to itself\n");
}

TEST(Premises, FindsAFailedConnectAndAThrow) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::threw).returns(1, Outcome::connect_failed);

  EXPECT_EQ(tried(h, LawId::connect_errors), "a connect that fails\n");
  EXPECT_EQ(tried(h, LawId::exceptions), "a call of the client that throws\n");
}

TEST(Premises, FindsACloseWhileACallerSleeps) {
  HistoryBuilder h;
  h.takes(1, 1).takes(2, 2).acquire(3).parked(3).does(1, Operation::close);
  h.returns(3, Outcome::closed);

  EXPECT_EQ(tried(h, LawId::shutdown),
            "a close while a caller sleeps\na close while a lease is out\n");
}

TEST(Premises, FindsWhatIsCancelledAsleepAndWhatWhileItConnects) {
  HistoryBuilder asleep;
  asleep.takes(1, 1).acquire(2).parked(2).cancels(1, 2).returns(2, Outcome::cancelled);
  EXPECT_EQ(tried(asleep, LawId::cancellation), "an acquire that is cancelled while it sleeps\n");

  HistoryBuilder connecting;
  connecting.acquire(2).opens(2, 1).returns(2, Outcome::cancelled);
  EXPECT_EQ(tried(connecting, LawId::cancellation),
            "an acquire that is cancelled while it connects\n");
}

TEST(Premises, FindsAConnectAfterARefusedOneAndAFloorThatIsFilled) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::failed).returns(1, Outcome::connect_failed);
  h.call(1, Operation::ensure_min_size).opens(1, 2).returns(1);

  EXPECT_EQ(tried(h, LawId::restraint),
            "a session opened by ensure_min_size or a health check\n"
            "a connect after a refused one\n");
}

TEST(Premises, FindsASessionThatHasGrownOld) {
  HistoryBuilder h;
  h.config().max_lifetime = 10ms;
  h.takes(1, 1).at(11ms).gives_back(1, 1).finished();

  EXPECT_EQ(tried(h, LawId::expiry), "a session beyond max_lifetime\n");
}

}  // namespace
}  // namespace poolproof::sim
