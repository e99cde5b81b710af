// Every execution of small programs: what the standard says may come out, and nothing else.

#include <gtest/gtest.h>

#include <poolproof/sim/explore/explore_all_for_test.h>
#include <poolproof/sim/explore/small_primitives_for_test.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;
using Outcomes = std::set<std::string>;

const ExplorationLimits all_orders{};
const ExplorationLimits every_order{.reduces = false, .preemptions = {}};

class Primitives : public testing::TestWithParam<small::Program> {};

TEST_P(Primitives, EndTheSameWaysWithAndWithoutReduction) {
  const small::Program& program = GetParam();

  const Explored all = explore_all(program.run, every_order, program.limits);
  const Explored some = explore_all(program.run, all_orders, program.limits);

  ASSERT_TRUE(all.is_complete);
  ASSERT_TRUE(some.is_complete);
  EXPECT_EQ(some.outcomes, all.outcomes);
}

INSTANTIATE_TEST_SUITE_P(Exploration, Primitives, testing::ValuesIn(small::all_of_primitives()));

Outcomes ends_of(std::string (*program)(), const ExecutionLimits& limits = {}) {
  const Explored explored = explore_all(program, all_orders, limits);
  EXPECT_TRUE(explored.is_complete);
  return explored.outcomes;
}

TEST(SimSharedMutex, KeepsReadersFromHalfOfAWrite) {
  EXPECT_EQ(ends_of(&small::readers_and_writer),
            (Outcomes{"a0m0", "a0m1", "a1m1", "m0a0", "m0a1", "m1a1"}));
}

TEST(SharedMutexState, LetsReadersInTogetherAndWritersAlone) {
  EXPECT_EQ(ends_of(&small::gates), (Outcomes{"abw", "awb", "baw", "bwa", "wab", "wba"}));
  EXPECT_EQ(ends_of(&small::gates_that_close), (Outcomes{"got", "refused"}));
}

TEST(SimTimedMutex, GivesUpAtItsDeadlineOrGetsIt) {
  EXPECT_EQ(ends_of(&small::timed_lock),
            (Outcomes{"got, free", "got, held", "timed out, free", "timed out, held"}));
}

TEST(SimTimedMutex, GivesUpOnlyWhenNobodyCanRunInPatientTime) {
  EXPECT_EQ(ends_of(&small::timed_lock, {.racing_time = false}),
            (Outcomes{"got, free", "got, held"}));
}

TEST(SimRecursiveMutex, LetsItsOwnerInAgainAndNobodyElse) {
  EXPECT_EQ(ends_of(&small::recursive_locks), (Outcomes{"aabb", "bbaa"}));
}

TEST(SimLatch, OpensWhenAllHaveCountedDown) {
  EXPECT_EQ(ends_of(&small::latched), Outcomes{"shut2"});
}

// The main task arrives in the same step in which it has spawned the other.
TEST(SimBarrier, CompletesEachPhaseBeforeAnybodyPasses) {
  EXPECT_EQ(ends_of(&small::phases), (Outcomes{"ma|am", "ma|ma"}));
}

TEST(SimOnceFlag, IsDoneOnceAndAgainAfterAnException) {
  EXPECT_EQ(ends_of(&small::once), (Outcomes{"a!b", "b!a"}));
}

TEST(SimConditionVariableAny, WaitsOnAnyLockAndMissesNoNotify) {
  EXPECT_EQ(ends_of(&small::any_condition), (Outcomes{"set", "timed out"}));
  EXPECT_EQ(ends_of(&small::any_condition, {.racing_time = false}), Outcomes{"set"});
}

TEST(SimConditionVariableAny, EndsItsWaitWhenAStopIsRequested) {
  const auto program = [] {
    SimMutex mutex;
    SimConditionVariableAny changed;
    SimStopSource source;
    SimThread stopper([&] { source.request_stop(); });
    std::unique_lock lock(mutex);
    const bool said = changed.wait(lock, source.get_token(), [] { return false; });
    lock.unlock();
    stopper.join();
    return std::string(said ? "true" : "stopped");
  };

  const Explored explored = explore_all(program);
  EXPECT_TRUE(explored.is_complete);
  EXPECT_EQ(explored.outcomes, Outcomes{"stopped"});
}

TEST(SimAtomicRef, IsOneAtomicForAllThatReferToAnObject) {
  EXPECT_EQ(ends_of(&small::referred), (Outcomes{"5", "6"}));
}

TEST(SimAtomicRef, WakesWhoWaitsThroughAnotherRef) {
  const auto program = [] {
    int value = 0;
    SimThread other([&] {
      SimAtomicRef<int> ref(value);
      ref.store(1);
      ref.notify_one();
    });
    SimAtomicRef<int>(value).wait(0);
    other.join();
    return std::to_string(value);
  };

  EXPECT_EQ(explore_all(program).outcomes, Outcomes{"1"});
}

TEST(SimAtomicFlag, IsTakenByOne) {
  EXPECT_EQ(ends_of(&small::flags), (Outcomes{"a set", "b set"}));
}

TEST(SimBinarySemaphore, HasRoomForOnePermit) {
  Engine engine;
  Exploration all({});
  all.begin(0);
  const ExecutionResult result = engine.run(all, {}, [] {
    SimPlatform::binary_semaphore semaphore(1);
    semaphore.release();
  });

  EXPECT_EQ(result.ending, Ending::crashed);
  EXPECT_EQ(result.explanation, "task 0 releases semaphore #1, which has room for 1, beyond that");
}

}  // namespace
}  // namespace poolproof::sim
