#pragma once
// Floors: less than any pool does, in several ways. They open nothing, and their leases are
// numbers.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include <poolproof/core/futex.h>
#include <poolproof/sim/measure/round.h>

namespace poolproof::sim {

/// As many threads as connections, each with its own: what any pool's waiting is measured against.
class NoPool {
 public:
  explicit NoPool(const PoolPlan&) {}
  int acquire(unsigned) { return 0; }
  void release(unsigned, int&) {}
};

/// A place of its own for each thread: one exchange to take, one plain store to give back.
class OwnSlot {
 public:
  explicit OwnSlot(const PoolPlan& plan)
      : slots_(std::max<std::size_t>(plan.callers, plan.size)) {}
  int acquire(unsigned caller) {
    int expected = 0;
    slots_[caller].is_taken.compare_exchange_strong(expected, 1, std::memory_order_acquire);
    return 0;
  }
  void release(unsigned caller, int&) {
    slots_[caller].is_taken.store(0, std::memory_order_release);
  }

 private:
  struct alignas(64) Slot {
    std::atomic<int> is_taken{0};
  };
  std::vector<Slot> slots_;
};

/// One word for all: what is free is counted down and up by compare-exchange.
class SharedCount {
 public:
  explicit SharedCount(const PoolPlan& plan)
      : free_(static_cast<int>(std::max<std::size_t>(plan.size, plan.callers))) {}
  int acquire(unsigned) {
    int free = free_.load(std::memory_order_relaxed);
    while (!free_.compare_exchange_weak(free, free - 1, std::memory_order_acquire)) {
    }
    return free;
  }
  void release(unsigned, int&) {
    int free = free_.load(std::memory_order_relaxed);
    while (!free_.compare_exchange_weak(free, free + 1, std::memory_order_release)) {
    }
  }

 private:
  std::atomic<int> free_;
};

/// Two lock and unlock pairs around nothing: the least that a pool with one lock can cost.
class TwoMutexPairs {
 public:
  explicit TwoMutexPairs(const PoolPlan&) {}
  int acquire(unsigned) { return pass(); }
  void release(unsigned, int&) { pass(); }

 private:
  int pass() {
    const std::scoped_lock lock(mutex_);
    return ++passes_;
  }
  std::mutex mutex_;
  int passes_ = 0;
};

/// A mutex, a deque and a condition variable: whoever comes first takes what is there, in no
/// order.
class MutexDequeCondition {
 public:
  explicit MutexDequeCondition(const PoolPlan& plan) {
    for (std::size_t i = 0; i < plan.size; ++i)
      idle_.push_back(static_cast<int>(i));
  }
  int acquire(unsigned) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !idle_.empty(); });
    const int item = idle_.back();
    idle_.pop_back();
    return item;
  }
  void release(unsigned, int& item) {
    {
      const std::scoped_lock lock(mutex_);
      idle_.push_back(item);
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> idle_;  // guarded by mutex_
};

/// The floor of any strict order: a queue under a spin lock, and a futex for each waiter. No
/// deadline, no cancellation, no states.
class FutexHandOff {
 public:
  explicit FutexHandOff(const PoolPlan& plan)
      : queue_(std::max<std::size_t>(plan.callers, plan.size) + 1), waiters_(queue_.size()) {
    for (std::size_t i = 0; i < plan.size; ++i)
      idle_.push_back(static_cast<int>(i) + 1);
  }

  int acquire(unsigned caller) {
    lock();
    if (!idle_.empty()) {
      const int item = idle_.back();
      idle_.pop_back();
      unlock();
      return item;
    }
    queue_[last_++ % queue_.size()] = caller;
    unlock();
    std::atomic<std::uint32_t>& granted = waiters_[caller].granted;
    while (granted.load(std::memory_order_acquire) == 0)
      futex_wait(granted, 0, Instant::max());
    return static_cast<int>(granted.exchange(0, std::memory_order_relaxed));
  }

  void release(unsigned, int& item) {
    lock();
    if (first_ == last_) {
      idle_.push_back(item);
      unlock();
      return;
    }
    const unsigned oldest = queue_[first_++ % queue_.size()];
    unlock();
    waiters_[oldest].granted.store(static_cast<std::uint32_t>(item), std::memory_order_release);
    futex_wake_one(waiters_[oldest].granted);
  }

 private:
  struct alignas(64) Waiter {
    std::atomic<std::uint32_t> granted{0};
  };

  void lock() {
    while (is_locked_.exchange(true, std::memory_order_acquire)) {
      for (int i = 0; is_locked_.load(std::memory_order_relaxed); ++i)
        if (i > 100) std::this_thread::yield();
    }
  }
  void unlock() { is_locked_.store(false, std::memory_order_release); }

  std::vector<unsigned> queue_;
  std::vector<Waiter> waiters_;
  std::atomic<bool> is_locked_{false};
  // Guarded by is_locked_.
  std::vector<int> idle_;
  std::size_t first_ = 0;
  std::size_t last_ = 0;
};

}  // namespace poolproof::sim
