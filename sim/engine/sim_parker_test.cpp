#include <poolproof/sim/engine/sim_parker.h>

#include <mutex>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include <poolproof/core/spin_mutex.h>
#include <poolproof/sim/engine/explore_for_test.h>
#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/explore/explore_all_for_test.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

using Said = std::set<std::string>;

std::string word(Call call) {
  constexpr const char* words[]{"none", "look", "leave"};
  return words[static_cast<std::size_t>(call)];
}

TEST(SimParker, HearsTheCallInEveryOrder) {
  const Explored explored = explore_all([] {
    SimParker parker;
    SimThread caller([&] { parker.unpark(Call::leave); });
    SimClock clock;
    const Call call = parker.park_until(clock, Instant::max());
    caller.join();
    return word(call);
  });

  EXPECT_TRUE(explored.is_complete);
  EXPECT_EQ(explored.outcomes, Said{"leave"});
}

TEST(SimParker, IsCalledOrRunsOutOfTimeAndIsCalledThen) {
  const Explored explored = explore_all([] {
    SimParker parker;
    SimThread caller([&] { parker.unpark(Call::leave); });
    SimClock clock;
    std::string said = word(parker.park_until(clock, clock.now() + 1ms));
    if (said == "none") said += " then " + word(parker.park_until(clock, Instant::max()));
    caller.join();
    return said;
  });

  EXPECT_TRUE(explored.is_complete);
  EXPECT_EQ(explored.outcomes, (Said{"leave", "none then leave"}));
}

TEST(SimParker, IsNotKeptFromLeavingByALook) {
  const Explored explored = explore_all([] {
    SimParker parker;
    SimThread looks([&] { parker.unpark(Call::look); });
    SimThread leaves([&] { parker.unpark(Call::leave); });
    SimClock clock;
    while (parker.park_until(clock, Instant::max()) != Call::leave) {
    }
    looks.join();
    leaves.join();
    return std::string("left");
  });

  EXPECT_TRUE(explored.is_complete);
  EXPECT_EQ(explored.outcomes, Said{"left"});
}

/// The lock of the pool on real threads, over the atomics of the simulator.
struct Yields {
  static void rest(int) { this_task::yield(); }
};
using SimSpinMutex = BasicSpinMutex<SimAtomic<bool>, Yields>;

std::string in_turn(int tasks) {
  SimSpinMutex mutex;
  int inside = 0;
  bool was_alone = true;
  const auto enter = [&] {
    const std::scoped_lock lock(mutex);
    was_alone = was_alone && ++inside == 1;
    this_task::yield();
    --inside;
  };
  std::vector<SimThread> others;
  for (int i = 1; i < tasks; ++i)
    others.emplace_back(enter);
  enter();
  for (SimThread& other : others)
    other.join();
  return was_alone ? "one at a time" : "two at once";
}

TEST(SpinMutexInTheSimulator, LetsTwoInOneAfterTheOther) {
  const Explored explored = explore_all([] { return in_turn(2); }, {.preemptions = 3});

  EXPECT_TRUE(explored.is_complete);
  EXPECT_EQ(explored.outcomes, Said{"one at a time"});
}

TEST(SpinMutexInTheSimulator, LeavesNobodyOutsideAmongThree) {
  const auto seen = outcomes([] { return in_turn(3); });

  EXPECT_EQ(seen.at("one at a time"), 2'000);
}

}  // namespace
}  // namespace poolproof::sim
