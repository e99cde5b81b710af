// The one test on real threads and the real clock: a smoke test, meant for ThreadSanitizer.
// Everything else about threads is proved in the simulator.

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/maintenance.h>

namespace poolproof {
namespace {

std::atomic<int> sessions{0};
std::atomic<int> sessions_at_most{0};

/// Notices two holders at once, through ThreadSanitizer and through its own count.
class Session final : public DbClient {
 public:
  Session() {
    const int now = ++sessions;
    for (int seen = sessions_at_most;
         now > seen && !sessions_at_most.compare_exchange_weak(seen, now);) {
    }
  }
  ~Session() override { --sessions; }
  std::expected<ResultSet, DbError> execute(std::string_view, std::span<const Value>) override {
    ++uses_;
    return ResultSet::of_affected(uses_);
  }
  std::expected<void, DbError> ping() override { return use(); }
  std::expected<void, DbError> reset() override { return use(); }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }

 private:
  std::expected<void, DbError> use() {
    if (++uses_ % 61 == 0)
      return std::unexpected(DbError{DbErrorKind::connection_lost, "worn out"});
    return {};
  }

  std::uint64_t uses_ = 0;
};

class Database final : public DbClientFactory {
 public:
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant) override {
    if (++connects_ % 17 == 0)
      return std::unexpected(DbError{DbErrorKind::connection_failed, "busy"});
    return std::make_unique<Session>();
  }

 private:
  std::atomic<int> connects_{0};
};

class EventCounter final : public PoolObserver {
 public:
  void on_event(const PoolEvent&) override { ++events; }
  std::atomic<std::uint64_t> events{0};
};

void use(ConnectionPool& pool, int rounds, std::atomic<int>& leases) {
  for (int i = 0; i < rounds; ++i) {
    auto lease = pool.acquire(i % 3 == 0 ? Duration(std::chrono::microseconds(50))
                                         : Duration(std::chrono::seconds(30)));
    if (!lease) continue;
    ++leases;
    EXPECT_TRUE(lease->client().execute("use", {}));
    if (i % 31 == 0) lease->invalidate();
  }
}

void run(PoolObserver* observer) {
  Database database;
  SteadyClock clock;
  std::atomic<int> leases{0};
  sessions_at_most = 0;
  {
    ConnectionPool pool({.min_size = 1,
                         .max_size = 3,
                         .max_lifetime = std::chrono::milliseconds(2),
                         .health_check_interval = std::chrono::microseconds(300),
                         .validate_after_idle = std::chrono::microseconds(10),
                         .leak_threshold = std::chrono::milliseconds(1)},
                        database, clock, observer);
    Maintenance maintenance(pool);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&] { use(pool, 400, leases); });
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i)
        pool.evict_all();
    });
    threads.clear();
    maintenance.stop();
    const PoolMetrics metrics = pool.metrics();
    EXPECT_EQ(metrics.acquires, static_cast<std::uint64_t>(leases));
    EXPECT_EQ(metrics.acquires, metrics.releases);
    EXPECT_EQ(metrics.waits.count(), metrics.acquires);
    EXPECT_EQ(pool.drain(std::chrono::seconds(30)), 0U);
  }
  EXPECT_EQ(sessions, 0);
  EXPECT_LE(sessions_at_most, 3);
  EXPECT_GT(leases, 800);
}

TEST(RealThreads, KeepTheBooksOfABusyPool) {
  run(nullptr);
}

TEST(RealThreads, KeepTheBooksOfAnObservedPool) {
  EventCounter counter;

  run(&counter);

  EXPECT_GT(counter.events, 1000U);
}

}  // namespace
}  // namespace poolproof
