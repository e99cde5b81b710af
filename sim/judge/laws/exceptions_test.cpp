#include <gtest/gtest.h>

#include <poolproof/sim/judge/history_builder.h>

namespace poolproof::sim {
namespace {

TEST(Exceptions, AcceptsAClientThatThrows) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::threw).returns(1, Outcome::connect_failed).finished();

  EXPECT_EQ(h.judged_by(LawId::exceptions), "");
}

TEST(Exceptions, RefusesWhatComesOutOfThePool) {
  HistoryBuilder h;
  h.acquire(1).opens(1, 1, Outcome::threw).returns(1, Outcome::threw).finished(Outcome::crashed);

  EXPECT_EQ(h.judged_by(LawId::exceptions),
            "an exception came out of acquire of task 1 at 0s (event 3)\n"
            "the program crashed at 0s (event 4)");
}

TEST(Exceptions, AreNotJudgedOfAPoolThatPromisesNothing) {
  HistoryBuilder h;
  h.capabilities().exception_safe = false;

  EXPECT_EQ(h.judged_by(LawId::exceptions), "n/a: the pool promises nothing when a client throws");
}

TEST(DataRaces, AreWhatTheEndOfTheExecutionSays) {
  HistoryBuilder clean;
  clean.takes(1, 1).finished();
  HistoryBuilder racy;
  racy.takes(1, 1).finished(Outcome::data_race);

  EXPECT_EQ(clean.judged_by(LawId::data_races), "");
  EXPECT_EQ(racy.judged_by(LawId::data_races), "ThreadSanitizer saw a data race at 0s (event 4)");
}

}  // namespace
}  // namespace poolproof::sim
