#include <poolproof/sim/engine/engine.h>

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <stdexcept>

#include <poolproof/sim/engine/explore_for_test.h>
#include <poolproof/sim/engine/race_reports.h>
#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/explore/replay.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(Engine, ReachesEveryOrderOfTwoTasks) {
  const auto seen = outcomes([] {
    SimMutex mutex;
    std::string order;
    const auto add = [&](char name) {
      const std::unique_lock lock(mutex);
      order += name;
    };
    SimThread a(add, 'a');
    SimThread b(add, 'b');
    a.join();
    b.join();
    return order;
  });

  EXPECT_EQ(seen.size(), 2U);
  EXPECT_GT(seen.at("ab"), 500);
  EXPECT_GT(seen.at("ba"), 500);
}

TEST(Engine, FindsTheLostUpdateOfALoadAndAStore) {
  const auto seen = outcomes([] {
    SimAtomic<int> counter{0};
    const auto increment = [&] { counter.store(counter.load() + 1); };
    SimThread a(increment);
    SimThread b(increment);
    a.join();
    b.join();
    return std::to_string(counter.load());
  });

  EXPECT_GT(seen.at("1"), 0);
  EXPECT_GT(seen.at("2"), 0);
}

TEST(Engine, SaysWhoWaitsForWhatInADeadlock) {
  const ExecutionResult result = first_failure([] {
    SimMutex left;
    SimMutex right;
    SimThread a([&] {
      const std::unique_lock first(left);
      const std::unique_lock second(right);
    });
    SimThread b([&] {
      const std::unique_lock first(right);
      const std::unique_lock second(left);
    });
    a.join();
    b.join();
  });

  EXPECT_EQ(result.ending, Ending::deadlock);
  EXPECT_EQ(result.explanation,
            "task 0 waits to join task #1; task 1 waits to lock mutex #1, held by task 2; task 2 "
            "waits to lock mutex #2, held by task 1");
}

TEST(Engine, CallsAnEndlessLoopALivelock) {
  const ExecutionResult result = first_failure(
      [] {
        SimAtomic<bool> flag{false};
        while (!flag.load())
          this_task::yield();
      },
      1, {.steps_max = 100});

  EXPECT_EQ(result.ending, Ending::livelock);
  EXPECT_EQ(result.steps, 101U);
  EXPECT_TRUE(result.explanation.starts_with("task 0 can ")) << result.explanation;
}

TEST(Engine, LetsASpinLoopEndWhenAnotherTaskCanEndIt) {
  const auto seen = outcomes([] {
    SimAtomic<bool> flag{false};
    SimThread setter([&] { flag.store(true); });
    while (!flag.load())
      this_task::yield();
    setter.join();
    return std::string("done");
  });

  EXPECT_EQ(seen.at("done"), 2'000);
}

TEST(Engine, EndsTheExecutionWhenAnExceptionLeavesATask) {
  const ExecutionResult result = first_failure([] {
    SimThread thread([] { throw std::runtime_error("lost"); });
    thread.join();
  });

  EXPECT_EQ(result.ending, Ending::crashed);
  EXPECT_EQ(result.explanation, "task 1 ended with an exception: lost");
}

TEST(Engine, SurvivesTerminateInsideATask) {
  Engine engine;
  RandomWalk walk(1);
  walk.begin(0);
  const auto fails = [] { throw std::runtime_error("not out of here"); };
  const auto throws_in_noexcept = [&]() noexcept { fails(); };

  const ExecutionResult result = engine.run(walk, {}, throws_in_noexcept);
  const ExecutionResult next = engine.run(walk, {}, [] { this_task::yield(); });

  EXPECT_EQ(result.ending, Ending::crashed);
  EXPECT_EQ(result.explanation, "std::terminate was called in task 0: not out of here");
  EXPECT_EQ(engine.stacks_abandoned(), 1U);
  EXPECT_EQ(next.ending, Ending::completed);
}

TEST(Engine, GivesUpATaskThatSpinsOnAnAtomicWhenItsStepsAreUsedUp) {
  Engine engine;
  RandomWalk walk(1);
  walk.begin(0);

  const ExecutionResult result = engine.run(walk, {.steps_max = 100}, [] {
    const SimAtomic<bool> never{false};
    while (!never.load()) {
    }
  });

  EXPECT_EQ(result.ending, Ending::livelock);
  EXPECT_EQ(engine.stacks_abandoned(), 1U);
}

TEST(Engine, RefusesToUnlockWhatIsNotHeld) {
  const ExecutionResult result = first_failure([] {
    SimMutex mutex;
    mutex.unlock();
  });

  EXPECT_EQ(result.ending, Ending::crashed);
  EXPECT_EQ(result.explanation, "task 0 unlocks mutex #1, which it does not hold");
}

TEST(Engine, RunsTwoHundredAndFiftySixTasksAndNoMore) {
  const auto spawn = [](int more) {
    std::vector<SimJThread> threads;
    for (int i = 0; i < more; ++i)
      threads.emplace_back([] {});
  };

  EXPECT_EQ(first_failure([&] { spawn(255); }, 1).ending, Ending::completed);
  const ExecutionResult result = first_failure([&] { spawn(256); }, 1);
  EXPECT_EQ(result.ending, Ending::crashed);
  EXPECT_EQ(result.explanation, "a 257th task was spawned: at most 256 run in one execution");
}

TEST(Engine, UnwindsTheTasksOfADeadlock) {
  auto alive = std::make_shared<int>(0);
  const ExecutionResult result = first_failure([alive] {
    SimMutex mutex;
    SimThread thread([&mutex, mine = alive] {
      const std::unique_lock lock(mutex);
      SimConditionVariable never;
      std::unique_lock<SimMutex> other;
      SimMutex second;
      other = std::unique_lock(second);
      never.wait(other);
    });
    thread.join();
  });

  EXPECT_EQ(result.ending, Ending::deadlock);
  EXPECT_EQ(alive.use_count(), 1) << "what the tasks held must be gone";
}

// A pool takes itself out of its queue so: what stays would point to a stack that is gone.
TEST(Engine, LetsAHandlerThatLocksFinishWhenItUnwinds) {
  bool is_in_order = false;
  const ExecutionResult result = first_failure([&is_in_order] {
    SimMutex mutex;
    std::unique_lock held(mutex);
    SimThread thread([&] {
      std::unique_lock lock(mutex, std::defer_lock);
      try {
        lock.lock();
      } catch (...) {
        lock.lock();
        is_in_order = true;
        throw;
      }
    });
    thread.join();
  });

  EXPECT_EQ(result.ending, Ending::deadlock);
  EXPECT_TRUE(is_in_order);
}

TEST(Engine, KeepsExceptionsWithTheTaskThatHandlesThem) {
  const auto seen = outcomes([] {
    std::string said[2];
    const auto handle = [&said](int me) {
      try {
        throw std::runtime_error(std::to_string(me));
      } catch (const std::exception&) {
        this_task::yield();
        try {
          throw;
        } catch (const std::exception& again) {
          said[me] = again.what();
        }
      }
    };
    SimThread a(handle, 0);
    SimThread b(handle, 1);
    a.join();
    b.join();
    return said[0] + said[1];
  });

  EXPECT_EQ(seen.at("01"), 2'000);
}

TEST(Engine, MovesTimeOnlyWhenNobodyCanRunInPatientTime) {
  const auto program = [] {
    SimClock clock;
    SimThread sleeper([&] { clock.sleep_until(Instant(5s)); });
    for (int i = 0; i < 3; ++i)
      this_task::yield();
    const bool has_moved = clock.now() != Instant{};
    sleeper.join();
    return std::string(has_moved ? "early " : "late ") +
           std::to_string(clock.now().time_since_epoch() / 1s);
  };

  EXPECT_EQ(outcomes(program, 500, {.racing_time = false}).at("late 5"), 500);
  EXPECT_GT(outcomes(program, 500, {.racing_time = true}).at("early 5"), 0);
}

TEST(Engine, FiresTimersInOrderOfDeadline) {
  const auto seen = outcomes(
      [] {
        SimMutex mutex;
        std::string order;
        std::vector<SimJThread> threads;
        for (const int delay : {30, 10, 20}) {
          threads.emplace_back([&, delay] {
            this_task::sleep_for(std::chrono::milliseconds(delay));
            const std::lock_guard lock(mutex);
            order += std::to_string(delay) + " ";
          });
        }
        for (SimJThread& thread : threads)
          thread.join();
        return order;
      },
      500, {.racing_time = false});

  EXPECT_EQ(seen.at("10 20 30 "), 500);
}

TEST(Engine, DoesTheSameForTheSameSeed) {
  const auto run = [](std::uint64_t execution) {
    Engine engine;
    RandomWalk walk(7);
    walk.begin(execution);
    engine.run(walk, {.spurious_wakeups = 2}, [] {
      SimCountingSemaphore<> semaphore(1);
      std::vector<SimJThread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
          semaphore.acquire();
          semaphore.release();
        });
      }
    });
    return engine.schedule();
  };

  EXPECT_EQ(run(3), run(3));
  EXPECT_NE(run(3), run(4));
}

TEST(Replay, RefusesAScheduleThatNoLongerFits) {
  const auto program = [](int tasks) {
    return [tasks] {
      std::vector<SimJThread> threads;
      for (int i = 0; i < tasks; ++i)
        threads.emplace_back([] { this_task::yield(); });
    };
  };
  Engine engine;
  RandomWalk walk(1);
  walk.begin(0);
  engine.run(walk, {}, program(2));
  Replay replay(engine.schedule());

  replay.begin(0);
  EXPECT_EQ(engine.run(replay, {}, program(2)).ending, Ending::completed);
  EXPECT_TRUE(replay.is_used_up());

  replay.begin(0);
  const ExecutionResult result = engine.run(replay, {}, program(4));
  EXPECT_EQ(result.ending, Ending::diverged);
  EXPECT_TRUE(replay.refusal().starts_with("choice ")) << replay.refusal();
}

// ThreadSanitizer must see exactly the order that the simulated primitives make.
TEST(DataRaces, AreReportedWhenNothingOrdersTwoAccesses) {
  const std::uint64_t before = races_reported();
  outcomes(
      [] {
        int counter = 0;
        SimThread a([&] { ++counter; });
        SimThread b([&] { ++counter; });
        a.join();
        b.join();
        return std::string();
      },
      20);

  EXPECT_EQ(races_reported() > before, under_tsan);
}

TEST(DataRaces, AreNotReportedWhenAMutexAnAtomicOrAJoinOrdersThem) {
  const std::uint64_t before = races_reported();
  outcomes(
      [] {
        SimMutex mutex;
        int guarded = 0;
        int published = 0;
        int returned = 0;
        SimAtomic<bool> is_published{false};
        SimThread a([&] {
          published = 1;
          is_published.store(true, std::memory_order_release);
          const std::unique_lock lock(mutex);
          ++guarded;
          returned = 1;
        });
        if (is_published.load(std::memory_order_acquire)) published = 2;
        {
          const std::unique_lock lock(mutex);
          ++guarded;
        }
        a.join();
        return std::to_string(guarded + returned + published);
      },
      200);

  EXPECT_EQ(races_reported(), before);
}

TEST(DataRaces, AreNotSeenInTheCountOfASharedPointer) {
  const std::uint64_t before = races_reported();
  outcomes(
      [] {
        const auto shared = std::make_shared<int>(1);
        SimThread a([copy = shared] { EXPECT_EQ(*copy, 1); });
        SimThread b([copy = shared] { EXPECT_EQ(*copy, 1); });
        a.join();
        b.join();
        return std::string();
      },
      20);

  EXPECT_EQ(races_reported(), before);
}

TEST(DataRaces, AreReportedThroughARelaxedAtomic) {
  const std::uint64_t before = races_reported();
  outcomes(
      [] {
        int published = 0;
        SimAtomic<bool> is_published{false};
        SimThread a([&] {
          published = 1;
          is_published.store(true, std::memory_order_relaxed);
        });
        if (is_published.load(std::memory_order_relaxed)) published = 2;
        a.join();
        return std::to_string(published);
      },
      50);

  EXPECT_EQ(races_reported() > before, under_tsan);
}

}  // namespace
}  // namespace poolproof::sim
