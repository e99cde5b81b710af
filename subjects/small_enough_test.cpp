#include <poolproof/sim/explore/small_enough.h>

#include <algorithm>

#include <gtest/gtest.h>

#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/subjects/broken/lossy_pool.h>

namespace poolproof::subjects {
namespace {

using namespace sim;

/// The first failure of a scenario of the library, as it was found.
Shrunk unshrunk() {
  const Scenario& scenario =
      *std::ranges::find(scenario_library(), "timeout-races-hand-off", &Scenario::name);
  SearchProgress progress;
  auto found = search({.subject = lossy(),
                       .scenario = scenario,
                       .strategy = [](std::uint64_t seed) -> std::unique_ptr<Strategy> {
                         return std::make_unique<RandomWalk>(seed);
                       },
                       .count = 20'000},
                      progress);
  EXPECT_TRUE(found.failure);
  const ShrunkSize size = size_of(lossy(), scenario, *found.failure);
  return {.scenario = scenario,
          .failure = *std::move(found.failure),
          .before = size,
          .after = size,
          .executions = 20'000};
}

TEST(SmallEnough, MeansThreeClientsEightOperationsAndThreePreemptions) {
  EXPECT_TRUE(is_small_enough({.clients = 3, .operations = 8, .preemptions = 3}));
  EXPECT_FALSE(is_small_enough({.clients = 4, .operations = 8, .preemptions = 3}));
  EXPECT_FALSE(is_small_enough({.clients = 3, .operations = 9, .preemptions = 3}));
  EXPECT_FALSE(is_small_enough({.clients = 3, .operations = 8, .preemptions = 4}));
}

TEST(SmallEnough, FindsAScheduleWithFewerPreemptionsWhereThereIsOne) {
  Shrunk shrunk = unshrunk();
  ASSERT_GT(shrunk.after.preemptions, 3U);
  const LawId law = shrunk.failure.violations.front().law;

  EXPECT_EQ(why_not_smaller(lossy(), shrunk), "");

  EXPECT_LE(shrunk.after.preemptions, 3U);
  EXPECT_TRUE(std::ranges::find(shrunk.failure.violations, law, &Violation::law) !=
              shrunk.failure.violations.end());
}

/// As if it had broken a law that this pool keeps.
Shrunk with_a_law_that_holds() {
  Shrunk shrunk = unshrunk();
  shrunk.failure.violations = {{LawId::exclusivity, {}, "a law that this pool never breaks"}};
  shrunk.after.preemptions = 4;
  return shrunk;
}

TEST(SmallEnough, SaysThatNoneWasFoundWhenTimeIsShort) {
  Shrunk shrunk = with_a_law_that_holds();

  EXPECT_EQ(why_not_smaller(lossy(), shrunk, 3),
            "no smaller one was found in the 20000 executions of shrinking, nor among the first 3 "
            "with 3 preemptions");
}

TEST(SmallEnough, KnowsWhenMorePreemptionsAreNeeded) {
  Shrunk shrunk = with_a_law_that_holds();
  shrunk.scenario.clients.resize(1);
  shrunk.scenario.clients.front().count = 1;

  const std::string why = why_not_smaller(lossy(), shrunk);

  EXPECT_TRUE(why.starts_with("needs 4 preemptions: none of all ")) << why;
  EXPECT_TRUE(why.ends_with(" schedules with 3 breaks the law")) << why;
}

TEST(SmallEnough, LooksNoFurtherWhenItIsTheScenarioThatIsTooBig) {
  Shrunk shrunk = unshrunk();
  shrunk.after.operations = 9;

  EXPECT_EQ(why_not_smaller(lossy(), shrunk),
            "no smaller scenario was found in the 20000 executions of shrinking");
}

}  // namespace
}  // namespace poolproof::subjects
