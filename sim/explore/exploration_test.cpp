#include <poolproof/sim/explore/exploration.h>

#include <gtest/gtest.h>

#include <ostream>

#include <poolproof/sim/explore/explore_all_for_test.h>
#include <poolproof/sim/explore/small_programs_for_test.h>

namespace poolproof::sim {

namespace {

const ExplorationLimits reduced{};
const ExplorationLimits brute{.reduces = false, .preemptions = {}};

ExplorationLimits bounded(std::uint32_t preemptions) {
  return {.reduces = true, .preemptions = preemptions};
}

class SmallPrograms : public testing::TestWithParam<small::Program> {};

TEST_P(SmallPrograms, EndTheSameWaysWithAndWithoutReduction) {
  const small::Program& program = GetParam();

  const Explored all = explore_all(program.run, brute, program.limits);
  const Explored some = explore_all(program.run, reduced, program.limits);

  ASSERT_TRUE(all.is_complete);
  ASSERT_TRUE(some.is_complete);
  EXPECT_EQ(some.outcomes, all.outcomes);
  EXPECT_LT(some.executions, all.executions);
}

INSTANTIATE_TEST_SUITE_P(Exploration, SmallPrograms, testing::ValuesIn(small::all()));

TEST(Exploration, RunsOneExecutionOfTasksThatShareNothing) {
  const Explored explored = explore_all(&small::strangers, reduced);

  EXPECT_TRUE(explored.is_complete);
  EXPECT_EQ(explored.executions, 1U);
}

TEST(Exploration, FindsTheDeadlockOfThePhilosophers) {
  const Explored explored = explore_all(&small::philosophers<4>, reduced);

  EXPECT_TRUE(explored.is_complete);
  EXPECT_EQ(explored.outcomes, (std::set<std::string>{"ate", "deadlock"}));
}

TEST(Exploration, FindsTheLostWakeup) {
  EXPECT_EQ(explore_all(&small::lost_wakeup, reduced).outcomes.count("deadlock"), 1U);
}

TEST(Exploration, NeedsAPreemptionToFindTornWrites) {
  const Explored none = explore_all(&small::planted, bounded(0));
  const Explored one = explore_all(&small::planted, bounded(1));

  EXPECT_TRUE(none.is_complete);
  EXPECT_TRUE(none.is_cut);
  EXPECT_EQ(none.outcomes, std::set<std::string>{"whole"});
  EXPECT_EQ(one.outcomes, (std::set<std::string>{"torn", "whole"}));
}

TEST(Exploration, CutsNothingWhenTheBoundIsHighEnough) {
  const Explored all = explore_all(&small::dekker, brute);
  const Explored most = explore_all(&small::dekker, bounded(50));

  EXPECT_FALSE(most.is_cut);
  EXPECT_EQ(most.executions, all.executions);
}

TEST(Exploration, GoesOnFromAPathAsIfItHadNotStopped) {
  const Explored whole = explore_all(&small::two_counters, brute);
  Engine engine;
  Exploration first(brute);
  Exploration second(brute);
  std::uint64_t executions = 0;
  const auto run = [&](Exploration& exploration) {
    engine.set_step_listener(&exploration);
    exploration.begin(executions++);
    return exploration.next(engine.run(exploration, {}, [] { small::two_counters(); }));
  };

  for (int i = 0; i < 50; ++i)
    run(first);
  const double share = first.share_done();
  second.go_to(first.path(), first.fixed());
  while (run(second)) {
  }

  EXPECT_EQ(executions, whole.executions);
  EXPECT_GT(share, 0.0);
  EXPECT_LT(share, 1.0);
}

TEST(Exploration, NoticesAProgramThatDoesNotDoTheSameAgain) {
  Engine engine;
  Exploration exploration(reduced);
  engine.set_step_listener(&exploration);
  int executions = 0;
  const auto program = [&executions] {
    if (executions++ == 0) small::dekker();
  };

  bool has_more = true;
  for (int i = 0; i < 2 && has_more; ++i) {
    exploration.begin(0);
    has_more = exploration.next(engine.run(exploration, {}, [&] {
      program();
      if (executions > 1) Engine::current().number(5);
    }));
  }

  EXPECT_TRUE(exploration.is_unsteady());
}

}  // namespace
}  // namespace poolproof::sim
