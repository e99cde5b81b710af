#include <poolproof/sim/engine/sim_mutexes.h>

#include <mutex>
#include <shared_mutex>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/explore_for_test.h>
#include <poolproof/sim/engine/sim_platform.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

std::string mistake_in(const std::function<void()>& program) {
  const ExecutionResult result = first_failure(program, 1);
  EXPECT_EQ(result.ending, Ending::crashed);
  return result.explanation;
}

TEST(SimRecursiveMutex, IsFreeOnlyAfterAsManyUnlocks) {
  const auto seen = outcomes([] {
    SimRecursiveMutex mutex;
    mutex.lock();
    mutex.lock();
    bool got = false;
    const auto look = [&] {
      got = mutex.try_lock();
      if (got) mutex.unlock();
    };
    mutex.unlock();
    SimThread(look).join();
    const bool got_too_early = got;
    mutex.unlock();
    SimThread(look).join();
    return std::string(!got_too_early && got ? "right" : "wrong");
  });

  EXPECT_EQ(seen.at("right"), 2'000);
}

TEST(SimMutexes, AreLocksToWhoCountsThem) {
  const auto seen = outcomes(
      [] {
        SimSharedMutex shared;
        SimRecursiveTimedMutex recursive;
        std::string held;
        {
          const std::shared_lock reading(shared);
          const std::unique_lock outer(recursive);
          const std::unique_lock inner(recursive);
          held = std::to_string(Engine::current().locks_held());
        }
        return held + " then " + std::to_string(Engine::current().locks_held());
      },
      1);

  EXPECT_EQ(seen.at("2 then 0"), 1);
}

TEST(SimMutexes, SayWhoUnlocksWhatItDoesNotHold) {
  EXPECT_EQ(mistake_in([] { SimTimedMutex().unlock(); }),
            "task 0 calls unlock of mutex #1, which it does not hold");
  EXPECT_EQ(mistake_in([] { SimSharedMutex().unlock_shared(); }),
            "task 0 calls unlock_shared of mutex #1, which it does not hold");
}

TEST(SimMutexes, AreADeadlockToWhoWantsOneTwice) {
  EXPECT_EQ(first_failure([] {
              SimTimedMutex mutex;
              mutex.lock();
              mutex.lock();
            }).ending,
            Ending::deadlock);
}

TEST(SimLatch, SaysWhenItIsCountedBelowZero) {
  EXPECT_EQ(mistake_in([] { SimLatch(1).count_down(2); }),
            "latch #1 stands at 1 and is counted down by 2");
}

TEST(SimBarrier, SaysWhenMoreArriveThanAreExpected) {
  EXPECT_EQ(mistake_in([] {
              SimBarrier barrier(1);
              static_cast<void>(barrier.arrive(2));
            }),
            "barrier #1 expects 1 more, and 2 arrive");
}

TEST(SimBarrier, ExpectsOneLessAfterADrop) {
  const auto seen = outcomes(
      [] {
        SimBarrier barrier(2);
        SimThread other([&] { barrier.arrive_and_drop(); });
        barrier.arrive_and_wait();
        barrier.arrive_and_wait();
        other.join();
        return std::string("passed");
      },
      200);

  EXPECT_EQ(seen.at("passed"), 200);
}

// libstdc++ adds the timeout to steady_clock::now(), in nanoseconds of 64 bits.
TEST(Timeouts, ThatTheStandardWouldOverflowAreMistakes) {
  const auto semaphore = [] {
    SimCountingSemaphore<> one(1);
    one.try_acquire_for(Duration::max());
  };
  const auto condition = [] {
    SimMutex mutex;
    SimConditionVariable changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::hours::max(), [] { return true; });
  };
  const auto timed = [] { SimTimedMutex().try_lock_for(std::chrono::hours(290 * 365 * 24)); };

  EXPECT_EQ(mistake_in(semaphore),
            "task 0 calls try_acquire_for with 9223372037 s, which the standard library adds to "
            "steady_clock::now(): the sum overflows, lies in the past, and the wait ends at once; "
            "\"for ever\" is a wait without a timeout");
  EXPECT_TRUE(mistake_in(condition).starts_with("task 0 calls wait_for with 3.3"));
  EXPECT_TRUE(mistake_in(timed).starts_with("task 0 calls try_lock_for with 9145440000 s"));
}

TEST(Timeouts, OfACenturyHold) {
  const auto seen = outcomes(
      [] {
        SimCountingSemaphore<> none(0);
        const bool got = none.try_acquire_for(std::chrono::hours(100 * 365 * 24));
        const bool got_a_float = none.try_acquire_for(std::chrono::duration<double>(0.5));
        return std::string(got || got_a_float ? "got" : "timed out");
      },
      1);

  EXPECT_EQ(seen.at("timed out"), 1);
}

}  // namespace
}  // namespace poolproof::sim
