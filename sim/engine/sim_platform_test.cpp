#include <poolproof/sim/engine/sim_platform.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include <poolproof/sim/engine/explore_for_test.h>

namespace poolproof::sim {
namespace {

using namespace std::chrono_literals;

TEST(SimMutex, IsHeldByOneTaskAtATime) {
  const auto seen = outcomes([] {
    SimMutex mutex;
    int inside = 0;
    bool is_broken = false;
    const auto enter = [&] {
      const std::unique_lock lock(mutex);
      is_broken |= ++inside != 1;
      this_task::yield();
      --inside;
    };
    SimThread a(enter);
    SimThread b(enter);
    a.join();
    b.join();
    return std::string(is_broken ? "broken" : "held");
  });

  EXPECT_EQ(seen.at("held"), 2'000);
}

TEST(SimMutex, RefusesTryLockOnlyWhileAnotherHoldsIt) {
  const auto seen = outcomes([] {
    SimMutex mutex;
    SimThread holder([&] { const std::unique_lock lock(mutex); });
    const bool got = mutex.try_lock();
    if (got) mutex.unlock();
    holder.join();
    return std::string(got ? "got" : "refused");
  });

  EXPECT_GT(seen.at("got"), 0);
  EXPECT_GT(seen.at("refused"), 0);
}

TEST(SimConditionVariable, LosesANotifyThatNobodyWaitsFor) {
  const auto program = [] {
    SimMutex mutex;
    SimConditionVariable changed;
    SimThread waiter([&] {
      std::unique_lock lock(mutex);
      changed.wait(lock);
    });
    changed.notify_one();
    waiter.join();
    return std::string("woken");
  };

  const auto seen = outcomes(program);
  EXPECT_GT(seen.at("woken"), 0);
  EXPECT_GT(seen.at("deadlock"), 0);
}

TEST(SimConditionVariable, WakesAnyOneOfThoseWhoWait) {
  const auto seen = outcomes([] {
    SimMutex mutex;
    SimConditionVariable changed;
    int waiting = 0;
    std::string woken;
    const auto wait = [&](char name) {
      std::unique_lock lock(mutex);
      ++waiting;
      changed.wait(lock);
      woken += name;
    };
    SimThread a(wait, 'a');
    SimThread b(wait, 'b');
    for (bool both = false; !both;) {
      const std::unique_lock lock(mutex);
      both = waiting == 2;
    }
    changed.notify_one();
    this_task::yield();
    changed.notify_all();
    a.join();
    b.join();
    return woken;
  });

  EXPECT_GT(seen.at("ab"), 0);
  EXPECT_GT(seen.at("ba"), 0);
}

TEST(SimConditionVariable, WakesSpuriouslyAsOftenAsAllowed) {
  const auto wakes = [](std::uint32_t allowed) {
    return outcomes(
        [] {
          SimMutex mutex;
          SimConditionVariable never;
          std::unique_lock lock(mutex);
          SimThread other([] {
            for (int i = 0; i < 20; ++i)
              this_task::yield();
          });
          int spurious = 0;
          while (never.wait_for(lock, 1s) == std::cv_status::no_timeout)
            ++spurious;
          lock.unlock();
          other.join();
          return std::to_string(spurious);
        },
        1'000, {.racing_time = false, .spurious_wakeups = allowed});
  };

  EXPECT_EQ(wakes(0).at("0"), 1'000);
  EXPECT_GT(wakes(2).at("2"), 0);
  EXPECT_EQ(wakes(2).count("3"), 0U);
}

TEST(SimConditionVariable, TimesOutAtItsDeadlineAndNotBefore) {
  const auto seen = outcomes(
      [] {
        SimMutex mutex;
        SimConditionVariable changed;
        SimClock clock;
        std::unique_lock lock(mutex);
        const auto status = changed.wait_until(lock, Instant(3s));
        const bool is_late_enough = clock.now() >= Instant(3s);
        const auto passed = changed.wait_until(lock, Instant(1s));
        return std::string(status == std::cv_status::timeout && is_late_enough ? "timeout "
                                                                               : "wrong ") +
               (passed == std::cv_status::timeout ? "at once" : "wrong");
      },
      100);

  EXPECT_EQ(seen.at("timeout at once"), 100);
}

TEST(SimConditionVariable, RacesATimeoutWithANotify) {
  const auto seen = outcomes([] {
    SimMutex mutex;
    SimConditionVariable changed;
    SimThread notifier([&] {
      const std::unique_lock lock(mutex);
      changed.notify_one();
    });
    std::unique_lock lock(mutex);
    const auto status = changed.wait_for(lock, 1s);
    lock.unlock();
    notifier.join();
    return std::string(status == std::cv_status::timeout ? "timeout" : "notified");
  });

  EXPECT_GT(seen.at("timeout"), 0);
  EXPECT_GT(seen.at("notified"), 0);
}

TEST(SimCountingSemaphore, LetsInAsManyAsItHasPermits) {
  const auto seen = outcomes([] {
    SimCountingSemaphore<> semaphore(2);
    // Atomic, though no SimAtomic: two may be inside, and that is no race of the semaphore's.
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    std::vector<SimJThread> threads;
    for (int i = 0; i < 3; ++i) {
      threads.emplace_back([&] {
        semaphore.acquire();
        most = std::max(most.load(), ++inside);
        this_task::yield();
        --inside;
        semaphore.release();
      });
    }
    for (SimJThread& thread : threads)
      thread.join();
    return std::to_string(most);
  });

  EXPECT_EQ(seen.count("3"), 0U);
  EXPECT_GT(seen.at("2"), 0);
}

TEST(SimCountingSemaphore, RacesATimeoutWithARelease) {
  const auto seen = outcomes([] {
    SimCountingSemaphore<> semaphore(0);
    SimThread releaser([&] { semaphore.release(); });
    const bool got = semaphore.try_acquire_for(1s);
    releaser.join();
    const bool is_left = semaphore.try_acquire();
    return std::string(got ? "got" : "timeout") + (is_left ? ", one left" : ", none left");
  });

  EXPECT_GT(seen.at("got, none left"), 0);
  EXPECT_GT(seen.at("timeout, one left"), 0);
  EXPECT_EQ(seen.size(), 2U);
}

TEST(SimAtomic, AddsWithoutLoss) {
  const auto seen = outcomes([] {
    SimAtomic<int> counter{0};
    SimThread a([&] { ++counter; });
    SimThread b([&] { counter += 2; });
    a.join();
    b.join();
    return std::to_string(counter.load());
  });

  EXPECT_EQ(seen.at("3"), 2'000);
}

TEST(SimAtomic, FailsAWeakCompareExchangeAsOftenAsAllowed) {
  const auto program = [] {
    SimAtomic<int> value{1};
    int expected = 1;
    const bool weak = value.compare_exchange_weak(expected, 2);
    expected = value.load();
    const bool strong = value.compare_exchange_strong(expected, 3);
    return std::string(weak ? "weak " : "spurious ") + (strong ? "strong" : "wrong");
  };

  EXPECT_EQ(outcomes(program, 200).at("weak strong"), 200);
  const auto seen = outcomes(program, 200, {.spurious_cas_failures = 1});
  EXPECT_GT(seen.at("weak strong"), 0);
  EXPECT_GT(seen.at("spurious strong"), 0);
}

TEST(SimAtomic, SleepsWhileTheValueIsOldAndWakesWhenNotified) {
  const auto seen = outcomes([] {
    SimAtomic<int> value{0};
    SimThread setter([&] {
      value.store(1);
      value.notify_all();
    });
    value.wait(0);
    setter.join();
    return std::to_string(value.load());
  });

  EXPECT_EQ(seen.at("1"), 2'000);
}

TEST(SimAtomic, SleepsForEverWhenNobodyNotifies) {
  const auto seen = outcomes([] {
    SimAtomic<int> value{0};
    SimThread setter([&] { value.store(1); });
    value.wait(0);
    setter.join();
    return std::string("woken");
  });

  EXPECT_GT(seen.at("deadlock"), 0);
  EXPECT_GT(seen.at("woken"), 0);
}

TEST(SimThread, MayNotBeDestroyedWhileJoinable) {
  const ExecutionResult result = first_failure([] { SimThread thread([] {}); }, 1);

  EXPECT_EQ(result.ending, Ending::crashed);
  EXPECT_EQ(result.explanation, "std::terminate was called in task 0: no exception");
}

TEST(SimJThread, StopsAndJoinsWhenDestroyed) {
  const auto seen = outcomes([] {
    int turns = 0;
    {
      SimJThread thread([&](const SimStopToken& token) {
        while (!token.stop_requested())
          ++turns;
      });
      this_task::yield();
    }
    return std::string(turns >= 0 ? "stopped" : "");
  });

  EXPECT_EQ(seen.at("stopped"), 2'000);
}

TEST(SimStopCallback, RunsOnceWhetherItComesBeforeOrAfterTheRequest) {
  const auto seen = outcomes([] {
    SimStopSource source;
    int calls = 0;
    SimThread requester([&] { source.request_stop(); });
    {
      SimStopCallback callback(source.get_token(), [&] { ++calls; });
      requester.join();
    }
    return std::to_string(calls);
  });

  EXPECT_EQ(seen.at("1"), 2'000);
}

TEST(SimStopCallback, IsNotDestroyedWhileAnotherTaskRunsIt) {
  const auto seen = outcomes([] {
    SimStopSource source;
    bool is_alive = true;
    bool was_alive = true;
    SimThread requester([&] { source.request_stop(); });
    {
      SimStopCallback callback(source.get_token(), [&] {
        this_task::yield();
        was_alive = is_alive;
      });
    }
    is_alive = false;
    requester.join();
    return std::string(was_alive ? "alive" : "dead");
  });

  EXPECT_EQ(seen.at("alive"), 2'000);
}

TEST(SimStopCallback, MayDestroyItself) {
  const auto seen = outcomes([] {
    SimStopSource source;
    std::optional<SimStopCallback<std::function<void()>>> callback;
    int calls = 0;
    callback.emplace(source.get_token(), [&] {
      ++calls;
      callback.reset();
    });
    source.request_stop();
    return std::to_string(calls);
  });

  EXPECT_EQ(seen.at("1"), 2'000);
}

TEST(SimThreadSpecific, GivesEachTaskItsOwn) {
  const auto seen = outcomes(
      [] {
        SimThreadSpecific<int> mine;
        const auto count = [&] {
          for (int i = 0; i < 3; ++i) {
            ++mine.get();
            this_task::yield();
          }
          return mine.get();
        };
        int a_counted = 0;
        SimThread a([&] { a_counted = count(); });
        const int counted = count();
        a.join();
        return std::to_string(counted) + std::to_string(a_counted);
      },
      200);

  EXPECT_EQ(seen.at("33"), 200);
}

TEST(SimPlatform, NamesTasksByDifferentIds) {
  const auto seen = outcomes(
      [] {
        SimPlatform::thread::id inner;
        SimThread thread([&] { inner = SimPlatform::this_thread_id(); });
        const auto outer = SimPlatform::this_thread_id();
        const bool is_known = thread.get_id() != SimThread::id();
        thread.join();
        return std::string(
            inner != outer && is_known && thread.get_id() == SimThread::id() ? "yes" : "no");
      },
      10);

  EXPECT_EQ(seen.at("yes"), 10);
}

}  // namespace
}  // namespace poolproof::sim
