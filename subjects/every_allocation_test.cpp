// L16, taken at its word: any allocation may fail.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/sim/subject/subject_adapter.h>
#include <poolproof/subjects/reference_subject.h>

namespace poolproof::subjects {
namespace {

sim::Scenario where_allocation_fails(std::uint64_t n) {
  auto scenario = sim::Scenario::parse(
      "name = \"every-allocation\"\n"
      "prefill = true\n"
      "[pool]\nmin_size = 1\nmax_size = 2\n"
      "[[clients]]\ncount = 2\nsteps = [\"acquire 5s\", \"invalidate\", \"release\"]\n"
      "[[clients]]\nsteps = [\"try_acquire\", \"release\", \"health_check\", \"resize 1 3\", "
      "\"evict_all\", \"metrics\"]\n"
      "[faults]\nplan = \"allocation " +
          std::to_string(n) + " fails\"\n",
      "every_allocation_test.cpp");
  EXPECT_TRUE(scenario.has_value()) << scenario.error();
  return *scenario;
}

bool has_failed_call(const sim::History& history) {
  return std::ranges::any_of(history.events, [](const sim::Event& event) {
    return event.outcome == sim::Outcome::threw || event.outcome == sim::Outcome::failed ||
           event.outcome == sim::Outcome::connect_failed;
  });
}

/// In how many of some schedules the failing allocation showed in an answer of client or pool.
int executions_that_show_it(std::uint64_t n) {
  constexpr std::uint64_t schedules = 40;
  const auto subject =
      sim::simulated_subject<ReferenceSubject<sim::SimPlatform>>("reference", "ours");
  const sim::Scenario scenario = where_allocation_fails(n);
  sim::Simulation simulation(subject, scenario);
  sim::RandomWalk walk(n);
  int shown = 0;
  for (std::uint64_t i = 0; i < schedules; ++i) {
    walk.begin(i);
    simulation.run(walk);
    for (const sim::Violation& violation : simulation.violations())
      ADD_FAILURE() << "allocation " << n << ", execution " << i << ": " << violation.sentence;
    if (has_failed_call(simulation.history())) ++shown;
  }
  return shown;
}

TEST(EveryAllocation, MayFailWithoutALawBeingBroken) {
  int allocations_shown = 0;
  for (std::uint64_t n = 1; n <= 30; ++n) {
    if (executions_that_show_it(n) > 0) ++allocations_shown;
  }

  EXPECT_GE(allocations_shown, 5) << "three openings and a resize alone should be that many";
}

}  // namespace
}  // namespace poolproof::subjects
