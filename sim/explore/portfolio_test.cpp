#include <poolproof/sim/explore/portfolio.h>

#include <gtest/gtest.h>

#include <poolproof/sim/explore/pos.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/strategy_programs_for_test.h>

namespace poolproof::sim {
namespace {

std::string program() {
  return a_long_run_inside_another(12);
}

TEST(Portfolio, GivesEachExecutionToTheNextStrategy) {
  std::vector<std::unique_ptr<Strategy>> turns;
  turns.push_back(std::make_unique<RandomWalk>(3));
  turns.push_back(std::make_unique<Pos>(3));
  Portfolio portfolio(std::move(turns));
  RandomWalk walk(3);
  Pos pos(3);

  EXPECT_EQ(schedule_of(portfolio, 4, program), schedule_of(walk, 4, program));
  EXPECT_EQ(schedule_of(portfolio, 5, program), schedule_of(pos, 5, program));
}

}  // namespace
}  // namespace poolproof::sim
