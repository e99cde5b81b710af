#pragma once
// What a pool is measured against: a client that does nothing, and the least that any pool could
// cost.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include <poolproof/core/db/db_client.h>

namespace poolproof::bench {

class NullClient final : public DbClient {
 public:
  std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
    return ResultSet{};
  }
  std::expected<void, DbError> ping() override { return {}; }
  std::expected<void, DbError> reset() override { return {}; }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }
};

class NullFactory final : public DbClientFactory {
 public:
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    return std::make_unique<NullClient>();
  }
};

/// Opens clients that do nothing, each after `connect`.
class SlowFactory final : public DbClientFactory {
 public:
  explicit SlowFactory(Duration connect) : connect_(connect) {}
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    SteadyClock clock;
    if (connect_ > Duration::zero()) clock.sleep_until(deadline_after(clock.now(), connect_));
    return std::make_unique<NullClient>();
  }

 private:
  const Duration connect_;
};

/// The floor for a pool whose callers wait: a mutex, a deque of items, a condition variable. No
/// deadline, no order, no states.
class QueueFloor {
 public:
  explicit QueueFloor(int size) {
    for (int i = 0; i < size; ++i)
      idle_.push_back(i);
  }

  int acquire() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !idle_.empty(); });
    const int item = idle_.back();
    idle_.pop_back();
    return item;
  }

  void release(int item) {
    {
      const std::scoped_lock lock(mutex_);
      idle_.push_back(item);
    }
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> idle_;
};

/// The C library skips the atomic instructions of a mutex in a program that never had a second
/// thread. A pool's program has: call this before measuring.
inline void become_multi_threaded() {
  std::jthread([] {}).join();
}

}  // namespace poolproof::bench
