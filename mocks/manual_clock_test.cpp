#include <poolproof/mocks/manual_clock.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <source_location>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include <poolproof/core/ensure.h>

namespace poolproof::mocks {
namespace {

using namespace std::chrono_literals;

/// A place where one or more threads wait on a clock, as a pool's waiter does.
struct Bench {
  std::mutex mutex;
  std::condition_variable condition;
  bool is_called = false;

  /// Until called or `deadline`. Whether it was called.
  bool wait(ManualClock& clock, Instant deadline) {
    std::unique_lock lock(mutex);
    while (!is_called) {
      if (clock.wait_until(condition, lock, deadline) == std::cv_status::timeout) break;
    }
    return is_called;
  }
  void call() {
    const std::lock_guard guard(mutex);
    is_called = true;
    condition.notify_all();
  }
};

TEST(ManualClock, StandsStillUntilMoved) {
  ManualClock clock(Instant(1s));
  EXPECT_EQ(clock.now(), Instant(1s));

  clock.advance(2s);
  EXPECT_EQ(clock.now(), Instant(3s));

  clock.set(Instant(10s));
  EXPECT_EQ(clock.now(), Instant(10s));
  EXPECT_EQ(clock.coarse_now(), Instant(10s));
}

TEST(ManualClock, StopsShortOfOverflow) {
  ManualClock clock(Instant(1h));

  clock.advance(Duration::max());
  clock.advance(1ns);

  EXPECT_EQ(clock.now(), Instant::max());
}

TEST(ManualClock, NeverGoesBack) {
  const EnsureHandler before = set_ensure_handler(
      [](std::source_location, const std::string&) { throw std::logic_error("ensure failed"); });
  ManualClock clock(Instant(5s));

  EXPECT_THROW(clock.set(Instant(4s)), std::logic_error);
  EXPECT_THROW(clock.advance(-1ns), std::logic_error);
  EXPECT_EQ(clock.now(), Instant(5s));

  clock.set(Instant(5s));  // Standing still is allowed, and the clock is not left locked.
  set_ensure_handler(before);
}

TEST(ManualClock, SleepsNotAtAllUntilAnInstantThatHasPassed) {
  ManualClock clock(Instant(5s));

  clock.sleep_until(Instant(5s));
  clock.sleep_until(Instant::min());

  EXPECT_EQ(clock.waiters(), 0U);
}

TEST(ManualClock, WakesASleeperAtItsInstantAndNotBefore) {
  ManualClock clock;
  std::atomic<bool> is_awake = false;
  std::thread sleeper([&] {
    clock.sleep_until(Instant(5s));
    EXPECT_EQ(clock.now(), Instant(5s));
    is_awake = true;
  });

  clock.await_waiters(1);
  clock.advance(5s - 1ns);
  EXPECT_EQ(clock.waiters(), 1U);
  EXPECT_FALSE(is_awake);

  clock.advance(1ns);
  EXPECT_EQ(clock.waiters(), 0U);
  sleeper.join();
  EXPECT_TRUE(is_awake);
}

TEST(ManualClock, TimesOutAWaiterThatNobodyCalls) {
  ManualClock clock;
  Bench bench;
  std::thread waiter([&] { EXPECT_FALSE(bench.wait(clock, Instant(3s))); });

  clock.await_waiters(1);
  clock.set(Instant(3s));

  waiter.join();
}

TEST(ManualClock, LetsGoAWaiterThatIsCalled) {
  ManualClock clock;
  Bench bench;
  std::thread waiter([&] { EXPECT_TRUE(bench.wait(clock, Instant(3s))); });

  clock.await_waiters(1);
  bench.call();

  waiter.join();
  EXPECT_EQ(clock.waiters(), 0U);
}

TEST(ManualClock, AnswersTimeoutAtOnceWhenTheDeadlineHasPassed) {
  ManualClock clock(Instant(3s));
  Bench bench;
  std::unique_lock lock(bench.mutex);

  EXPECT_EQ(clock.wait_until(bench.condition, lock, Instant(3s)), std::cv_status::timeout);
  EXPECT_TRUE(lock.owns_lock());
}

TEST(ManualClock, NeverReachesInstantMax) {
  ManualClock clock;
  Bench bench;
  std::thread waiter([&] { EXPECT_TRUE(bench.wait(clock, Instant::max())); });

  clock.await_waiters(1);
  clock.set(Instant::max());
  EXPECT_EQ(clock.waiters(), 1U);

  bench.call();
  waiter.join();
}

TEST(ManualClock, NotifiesEachDeadlinesWaiterBeforeItGoesOn) {
  ManualClock clock;
  Bench first, second, third;
  std::thread waits_for_three([&] { third.wait(clock, Instant(3s)); });
  std::thread waits_for_one([&] { first.wait(clock, Instant(1s)); });
  std::thread waits_for_two([&] { second.wait(clock, Instant(2s)); });
  clock.await_waiters(3);

  // The mover needs each waiter's mutex on its way, so it cannot pass the second.
  std::unique_lock obstacle(second.mutex);
  std::thread mover([&] { clock.advance(10s); });
  waits_for_one.join();
  while (clock.now() < Instant(2s))
    std::this_thread::yield();
  EXPECT_EQ(clock.now(), Instant(2s));
  EXPECT_EQ(clock.waiters(), 1U);

  obstacle.unlock();
  mover.join();
  EXPECT_EQ(clock.now(), Instant(10s));
  waits_for_two.join();
  waits_for_three.join();
}

TEST(ManualClock, NotifiesAllWhoShareACondition) {
  ManualClock clock;
  Bench bench;
  std::vector<std::thread> waiters;
  for (int i = 1; i <= 4; ++i) {
    waiters.emplace_back([&, i] { EXPECT_FALSE(bench.wait(clock, Instant(i * 1s))); });
  }

  clock.await_waiters(4);
  clock.advance(4s);

  for (std::thread& waiter : waiters)
    waiter.join();
  EXPECT_EQ(clock.waiters(), 0U);
}

TEST(ManualClock, AddsUpMovesOfSeveralThreads) {
  ManualClock clock;
  std::vector<std::thread> movers;
  for (int i = 0; i < 4; ++i) {
    movers.emplace_back([&] {
      for (int n = 0; n < 250; ++n)
        clock.advance(1ms);
    });
  }

  for (std::thread& mover : movers)
    mover.join();

  EXPECT_EQ(clock.now(), Instant(1s));
}

/// The waiter is called away while the clock, about to notify it, stands before its mutex; then
/// mutex and condition die with the waiter. Whatever the clock touched afterwards, the sanitizers
/// would see.
TEST(ManualClock, TouchesNothingOfAWaiterThatHasLeft) {
  ManualClock clock;
  for (int round = 0; round < 300; ++round) {
    const Instant deadline = clock.now() + 1ms;
    auto* const bench = new Bench;
    std::thread waiter([&] {
      EXPECT_TRUE(bench->wait(clock, deadline));
      delete bench;
    });
    clock.await_waiters(1);

    std::unique_lock obstacle(bench->mutex);
    std::thread mover([&] { clock.advance(1ms); });
    while (clock.waiters() != 0)
      std::this_thread::yield();
    bench->is_called = true;
    bench->condition.notify_all();
    obstacle.unlock();

    waiter.join();
    mover.join();
  }
}

/// Nobody coordinates: sleepers come while time moves. A lost wake-up would hang here.
TEST(ManualClock, LosesNoSleeperThatComesWhileTimeMoves) {
  ManualClock clock;
  std::atomic<int> awake = 0;
  std::vector<std::thread> sleepers;
  for (int i = 0; i < 4; ++i) {
    sleepers.emplace_back([&] {
      for (int n = 0; n < 300; ++n)
        clock.sleep_until(clock.now() + 1ms);
      ++awake;
    });
  }

  while (awake < 4)
    clock.advance(1ms);

  for (std::thread& sleeper : sleepers)
    sleeper.join();
  EXPECT_EQ(clock.waiters(), 0U);
}

}  // namespace
}  // namespace poolproof::mocks
