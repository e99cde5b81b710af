// ManualClock on real threads: whatever the interleaving, a wait ends exactly when the clock has
// been moved past its deadline. Nothing sleeps: who waits for what is asked of the clock.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/mocks/manual_clock.h>

namespace poolproof::property_tests {
namespace {

using mocks::ManualClock;

Instant at(int ns) {
  return Instant(Duration(ns));
}

/// A thread that sleeps until its deadline, in one of the two ways in which one can.
class Sleeper {
 public:
  Sleeper(ManualClock& clock, Instant deadline, bool has_own_condition)
      : clock_(clock), deadline_(deadline), thread_([this, has_own_condition] {
          has_own_condition ? wait() : clock_.sleep_until(deadline_);
          woken_at_ = clock_.now();
          has_ended_ = true;
        }) {}

  [[nodiscard]] Instant deadline() const { return deadline_; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  /// Blocks until it has ended. By then the clock may have been moved on.
  Instant join() {
    if (thread_.joinable()) thread_.join();
    return woken_at_;
  }

 private:
  void wait() {
    std::unique_lock lock(mutex_);
    while (clock_.wait_until(condition_, lock, deadline_) != std::cv_status::timeout) {
    }
  }

  ManualClock& clock_;
  const Instant deadline_;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::atomic<Instant> woken_at_{};
  std::atomic<bool> has_ended_ = false;
  std::jthread thread_;  // last: it uses the others
};

struct Plan {
  std::vector<int> deadlines;  ///< of one sleeper each
  std::vector<int> moves;      ///< how far the clock is moved, one after the other
};

Plan any_plan() {
  const auto numbers = [](std::size_t most, int end) {
    const auto count = *rc::gen::inRange<std::size_t>(1, most + 1);
    return *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(0, end));
  };
  return {.deadlines = numbers(4, 40), .moves = numbers(4, 20)};
}

std::size_t number_after(const std::vector<int>& deadlines, Instant now) {
  return static_cast<std::size_t>(
      std::ranges::count_if(deadlines, [now](int deadline) { return at(deadline) > now; }));
}

void start(std::deque<Sleeper>& sleepers, ManualClock& clock, const std::vector<int>& deadlines) {
  for (std::size_t i = 0; i < deadlines.size(); ++i)
    sleepers.emplace_back(clock, at(deadlines[i]), i % 2 == 0);
}

/// Moves the clock past all deadlines, so that no sleeper is left behind when a case has failed.
class LastMove {
 public:
  explicit LastMove(ManualClock& clock) : clock_(clock) {}
  ~LastMove() { clock_.set(std::max(clock_.now(), at(40))); }
  LastMove(const LastMove&) = delete;
  LastMove& operator=(const LastMove&) = delete;

 private:
  ManualClock& clock_;
};

// They sleep before the clock is moved: then it is known who must have been woken.
RC_GTEST_PROP(ManualClock, EndsEachWaitWhenItIsMovedPastTheDeadlineAndNotBefore, ()) {
  const Plan plan = any_plan();
  ManualClock clock;
  std::deque<Sleeper> sleepers;
  const LastMove last(clock);
  start(sleepers, clock, plan.deadlines);
  clock.await_waiters(number_after(plan.deadlines, clock.now()));
  for (const int length : plan.moves) {
    clock.advance(Duration(length));
    const Instant now = clock.now();
    RC_ASSERT(clock.waiters() == number_after(plan.deadlines, now));
    for (Sleeper& sleeper : sleepers) {
      if (sleeper.deadline() > now) RC_ASSERT_FALSE(sleeper.has_ended());
      if (sleeper.deadline() <= now) RC_ASSERT(sleeper.join() <= now);
    }
  }
}

// The clock is moved by two while the others are on their way to sleep, or asleep, or waking.
RC_GTEST_PROP(ManualClock, LosesNoWaiterWhoeverMovesItMeanwhile, ()) {
  const Plan plan = any_plan();
  ManualClock clock;
  std::deque<Sleeper> sleepers;
  std::jthread other([&] {
    for (const int length : plan.moves)
      clock.advance(Duration(length));
  });
  start(sleepers, clock, plan.deadlines);
  for (const int length : plan.moves)
    clock.advance(Duration(length));
  other.join();
  clock.set(std::max(clock.now(), at(40)));
  for (Sleeper& sleeper : sleepers)
    RC_ASSERT(sleeper.join() >= sleeper.deadline());
  RC_ASSERT(clock.waiters() == 0U);
}

}  // namespace
}  // namespace poolproof::property_tests
