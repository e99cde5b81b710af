#include <poolproof/sim/explore/surw.h>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/explore_for_test.h>
#include <poolproof/sim/explore/strategy_programs_for_test.h>

namespace poolproof::sim {
namespace {

/// A store is seen by the load before which a task takes many steps of its own, or it is not.
std::string a_store_after_many_of_another() {
  SimAtomic<int> own{0};
  SimAtomic<int> shared{0};
  SimThread reading([&] {
    for (int i = 0; i < 12; ++i)
      own.store(i);
    own.store(shared.load());
  });
  SimThread writing([&] { shared.store(1); });
  reading.join();
  writing.join();
  return own.load() == 1 ? "seen" : "not seen";
}

TEST(Surw, SamplesTheOrdersOfWhatMattersMoreEvenlyThanARandomWalk) {
  Surw surw(1);
  RandomWalk walk(1);

  const int with_surw = outcomes_under(surw, a_store_after_many_of_another, 10'000)["not seen"];
  const int by_chance = outcomes_under(walk, a_store_after_many_of_another, 10'000)["not seen"];

  EXPECT_GE(with_surw, 500);
  EXPECT_GE(with_surw, 5 * by_chance);
}

TEST(Surw, AnswersAnExecutionAlikeWhateverCameBefore) {
  Surw worn(7);
  for (std::uint64_t i = 0; i < 20; ++i)
    schedule_of(worn, i, a_store_after_many_of_another);
  Surw fresh(7);

  EXPECT_EQ(schedule_of(worn, 20, a_store_after_many_of_another),
            schedule_of(fresh, 20, a_store_after_many_of_another));
}

TEST(Surw, EndsLoopsThatWait) {
  Surw surw(1);
  const auto yielding = outcomes_under(
      surw, [] { return two_that_spin_for_a_third(true); }, 500);
  const auto spinning = outcomes_under(
      surw, [] { return two_that_spin_for_a_third(false); }, 500);

  EXPECT_EQ(yielding, (std::map<std::string, int>{{"ended", 500}}));
  EXPECT_EQ(spinning, (std::map<std::string, int>{{"ended", 500}}));
}

TEST(Surw, LetsADeadlinePassInSomeExecutionsAndNotInOthers) {
  Surw surw(1);
  auto seen = outcomes_under(surw, a_notification_races_a_deadline, 1'000);

  EXPECT_GT(seen["late"], 50);
  EXPECT_GT(seen["told"], 50);
}

}  // namespace
}  // namespace poolproof::sim
