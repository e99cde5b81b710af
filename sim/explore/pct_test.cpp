#include <poolproof/sim/explore/pct.h>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/explore_for_test.h>
#include <poolproof/sim/explore/strategy_programs_for_test.h>

namespace poolproof::sim {
namespace {

std::string long_run() {
  return a_long_run_inside_another(12);
}

TEST(Pct, KeepsItsFloorWhereARandomWalkHasNearlyNoChance) {
  // n = 3 tasks, k < 40 steps, depth 2: at least 1 in n * k = 120 when depth and length are drawn
  // right. They are in a quarter of a sixteenth of all executions at the worst.
  constexpr int executions = 50'000;
  Pct pct(1, 2);
  RandomWalk walk(1);

  const int with_pct = outcomes_under(pct, long_run, executions)["inside"];
  const int by_chance = outcomes_under(walk, long_run, executions)["inside"];

  EXPECT_GE(with_pct, executions / 120 / 16);
  EXPECT_GE(with_pct, 20 * std::max(by_chance, 1));
}

TEST(Pct, FindsNoBugOfDepthTwoWithDepthOne) {
  Pct pct(1, 1);

  EXPECT_EQ(outcomes_under(pct, long_run, 5'000)["inside"], 0);
}

TEST(Pct, AnswersAnExecutionAlikeWhateverCameBefore) {
  Pct worn(7, 3);
  for (std::uint64_t i = 0; i < 20; ++i)
    schedule_of(worn, i, long_run);
  Pct fresh(7, 3);

  EXPECT_EQ(schedule_of(worn, 20, long_run), schedule_of(fresh, 20, long_run));
}

TEST(Pct, AnswersOtherwiseUnderAnotherSeed) {
  Pct one(1, 3);
  Pct two(2, 3);

  EXPECT_NE(schedule_of(one, 0, long_run), schedule_of(two, 0, long_run));
}

TEST(Pct, EndsLoopsThatYieldWhileTheyWait) {
  Pct pct(1, 3);
  const auto seen = outcomes_under(
      pct, [] { return two_that_spin_for_a_third(true); }, 500);

  EXPECT_EQ(seen, (std::map<std::string, int>{{"ended", 500}}));
}

TEST(Pct, EndsLoopsThatDoNotYield) {
  Pct pct(1, 3);
  const auto seen = outcomes_under(
      pct, [] { return two_that_spin_for_a_third(false); }, 500);

  EXPECT_EQ(seen, (std::map<std::string, int>{{"ended", 500}}));
}

TEST(Pct, LetsNoTimerThatIsSetAgainAndAgainKeepATaskFromRunning) {
  Pct pct(1, 3);
  const auto program = [] {
    SimAtomic<bool> is_done{false};
    SimThread periodic([&] {
      for (int i = 1; !is_done.load(); ++i)
        this_task::sleep_until(Instant{} + std::chrono::seconds(i));
    });
    SimThread slow([&] { is_done.store(true); });
    slow.join();
    periodic.join();
    return std::string("ended");
  };

  EXPECT_EQ(outcomes_under(pct, program, 1'000), (std::map<std::string, int>{{"ended", 1'000}}));
}

TEST(Pct, LetsNoTwoThatWakeEachOtherInTurnKeepAThirdFromRunning) {
  Pct pct(1, 3);
  const auto program = [] {
    SimAtomic<bool> is_done{false};
    SimMutex mutex;
    SimConditionVariable changed;
    int turn = 0;
    const auto play = [&](int self) {
      std::unique_lock lock(mutex);
      while (!is_done.load()) {
        changed.wait(lock, [&] { return turn == self || is_done.load(); });
        turn = 1 - self;
        changed.notify_all();
      }
    };
    SimThread first(play, 0);
    SimThread second(play, 1);
    SimThread third([&] {
      const std::unique_lock lock(mutex);
      is_done.store(true);
      changed.notify_all();
    });
    first.join();
    second.join();
    third.join();
    return std::string("ended");
  };

  EXPECT_EQ(outcomes_under(pct, program, 1'000), (std::map<std::string, int>{{"ended", 1'000}}));
}

TEST(Pct, LetsADeadlinePassInSomeExecutionsAndNotInOthers) {
  Pct pct(1, 3);
  auto seen = outcomes_under(pct, a_notification_races_a_deadline, 1'000);

  EXPECT_GT(seen["late"], 50);
  EXPECT_GT(seen["told"], 50);
}

TEST(Pct, UsesTheSpuriousWakeupsThatItMay) {
  Pct pct(1, 3);
  const auto program = [] {
    SimMutex mutex;
    SimConditionVariable condition;
    bool is_told = false;
    int wakeups = 0;
    SimThread other([&] {
      const std::unique_lock lock(mutex);
      is_told = true;
      condition.notify_one();
    });
    std::unique_lock lock(mutex);
    while (!is_told) {
      condition.wait(lock);
      ++wakeups;
    }
    lock.unlock();
    other.join();
    return std::to_string(wakeups);
  };

  EXPECT_GT(outcomes_under(pct, program, 1'000, {.spurious_wakeups = 1})["2"], 10);
}

}  // namespace
}  // namespace poolproof::sim
