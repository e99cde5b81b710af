#include <poolproof/sim/explore/pos.h>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/explore_for_test.h>
#include <poolproof/sim/explore/strategy_programs_for_test.h>

namespace poolproof::sim {
namespace {

/// Two partial orders: a store is seen by the load that follows `steps` steps that nobody else has
/// to do with, or it is not.
std::string a_store_beside_a_long_run(int steps) {
  SimAtomic<int> own{0};
  SimAtomic<int> shared{0};
  SimThread reading([&] {
    for (int i = 0; i < steps; ++i)
      own.store(i);
    own.store(shared.load());
  });
  SimThread writing([&] { shared.store(1); });
  reading.join();
  writing.join();
  return own.load() == 1 ? "seen" : "not seen";
}

std::string store_beside_run() {
  return a_store_beside_a_long_run(7);
}

TEST(Pos, SamplesARarePartialOrderMoreOftenThanARandomWalk) {
  Pos pos(1);
  RandomWalk walk(1);

  const int with_pos = outcomes_under(pos, store_beside_run, 10'000)["not seen"];
  const int by_chance = outcomes_under(walk, store_beside_run, 10'000)["not seen"];

  EXPECT_GE(with_pos, 500);
  EXPECT_GE(with_pos, 5 * by_chance);
}

TEST(Pos, AnswersAnExecutionAlikeWhateverCameBefore) {
  Pos worn(7);
  for (std::uint64_t i = 0; i < 20; ++i)
    schedule_of(worn, i, store_beside_run);
  Pos fresh(7);

  EXPECT_EQ(schedule_of(worn, 20, store_beside_run), schedule_of(fresh, 20, store_beside_run));
}

TEST(Pos, EndsLoopsThatWait) {
  Pos pos(1);
  const auto yielding = outcomes_under(
      pos, [] { return two_that_spin_for_a_third(true); }, 500);
  const auto spinning = outcomes_under(
      pos, [] { return two_that_spin_for_a_third(false); }, 500);

  EXPECT_EQ(yielding, (std::map<std::string, int>{{"ended", 500}}));
  EXPECT_EQ(spinning, (std::map<std::string, int>{{"ended", 500}}));
}

TEST(Pos, LetsADeadlinePassInSomeExecutionsAndNotInOthers) {
  Pos pos(1);
  auto seen = outcomes_under(pos, a_notification_races_a_deadline, 1'000);

  EXPECT_GT(seen["late"], 50);
  EXPECT_GT(seen["told"], 50);
}

}  // namespace
}  // namespace poolproof::sim
