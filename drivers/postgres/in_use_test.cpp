// What applications met: a server that restarts, has no room, or is frozen. docs/in-use.md.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/maintenance.h>
#include <poolproof/drivers/postgres/server_for_test.h>

namespace poolproof::postgres {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The server, whose processes are all stopped for as long as it lives.
class StoppedServer {
 public:
  StoppedServer() { server_for_test().freeze(); }
  ~StoppedServer() { server_for_test().thaw(); }
  StoppedServer(const StoppedServer&) = delete;
  StoppedServer& operator=(const StoppedServer&) = delete;
};

/// Waits for the first connection that the pool's own check holds.
class CheckWitness final : public PoolObserver {
 public:
  void on_event(const PoolEvent& event) override {
    if (event.kind != PoolEventKind::state_changed || event.to != ConnectionState::in_use) return;
    const std::lock_guard guard(mutex_);
    has_begun_ = true;
    changed_.notify_all();
  }
  void forget() {
    const std::lock_guard guard(mutex_);
    has_begun_ = false;
  }
  void wait_for_a_check() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return has_begun_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool has_begun_ = false;
};

Duration time_since(Instant begin) {
  return clock_for_test().now() - begin;
}

TEST(PostgresInUse, NoRequestFailsAfterARestartWithEightIdleConnections) {
  PostgresFactory factory({.address = address_for_test()}, clock_for_test());
  ConnectionPool pool({.min_size = 8, .max_size = 8}, factory, clock_for_test());
  ASSERT_TRUE(pool.ensure_min_size());
  server_for_test().restart_fast({});

  std::vector<Lease> leases;
  for (int request = 0; request < 8; ++request) {
    auto lease = pool.acquire();
    ASSERT_TRUE(lease) << lease.error().message();
    const auto answered = lease->client().execute("select 1", {});
    EXPECT_TRUE(answered) << to_string(answered.error());
    leases.push_back(std::move(*lease));
  }
}

TEST(PostgresInUse, NoRequestFailsWhileTheServerGrantsOneSession) {
  answer(*connect_for_test(), "create role limited login connection limit 1");
  PostgresFactory factory({.address = server_for_test().address("limited")}, clock_for_test());
  ConnectionPool pool({.min_size = 1, .max_size = 8, .acquire_timeout = seconds(60)}, factory,
                      clock_for_test());
  ASSERT_TRUE(pool.ensure_min_size());

  std::atomic<int> failures = 0;
  std::vector<std::thread> clients;
  for (int client = 0; client < 32; ++client) {
    clients.emplace_back([&] {
      for (int request = 0; request < 50; ++request) {
        const auto lease = pool.acquire();
        failures += !lease || !lease->client().execute("select 1", {});
      }
    });
  }
  for (std::thread& client : clients)
    client.join();

  EXPECT_EQ(failures, 0);
  EXPECT_GT(pool.metrics().connect_failures, 0U);
  EXPECT_EQ(pool.metrics().acquires, 32U * 50U);
}

TEST(PostgresInUse, AnAcquireWhosePingHangsEndsByItsDeadlineAndTheGrace) {
  PostgresFactory factory({.address = address_for_test(), .cancel_grace = milliseconds(100)},
                          clock_for_test());
  ConnectionPool pool({.min_size = 1,
                       .max_size = 1,
                       .validate_after_idle = std::chrono::nanoseconds(1),
                       .validation_timeout = seconds(60)},
                      factory, clock_for_test());
  ASSERT_TRUE(pool.ensure_min_size());
  const Instant opened = clock_for_test().now();
  clock_for_test().sleep_until(opened + milliseconds(20));  // Of a clock that is coarse.
  const StoppedServer stopped;

  const Instant begin = clock_for_test().now();
  const auto none = pool.acquire(milliseconds(300));
  const Duration took = time_since(begin);

  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, AcquireErrorKind::timed_out);
  EXPECT_LT(took, seconds(10));
  RecordProperty("milliseconds", static_cast<int>(took / milliseconds(1)));
}

TEST(PostgresInUse, TheEndIsBoundedWhileTheServerIsFrozen) {
  PostgresFactory factory({.address = address_for_test(), .cancel_grace = milliseconds(200)},
                          clock_for_test());
  CheckWitness witness;
  std::optional<ConnectionPool> pool(std::in_place,
                                     PoolConfig{.min_size = 20,
                                                .max_size = 20,
                                                .health_check_interval = milliseconds(10),
                                                .validation_timeout = seconds(1)},
                                     factory, clock_for_test(), &witness);
  ASSERT_TRUE(pool->ensure_min_size());
  std::optional<Maintenance> maintenance(std::in_place, *pool);
  Duration took{};
  {
    const StoppedServer stopped;
    witness.forget();
    witness.wait_for_a_check();
    const Instant begin = clock_for_test().now();
    maintenance.reset();
    pool.reset();
    took = time_since(begin);
  }

  // One ping and its grace are 1.2 s; twenty would be 24 s, and one as the driver's own
  // call_timeout has it 5.2 s.
  EXPECT_LT(took, seconds(5));
  RecordProperty("milliseconds", static_cast<int>(took / milliseconds(1)));
}

TEST(PostgresInUse, APoolOfHundredOpensTogether) {
  server_for_test().restart_fast({.max_connections = 120});
  PostgresFactory factory({.address = address_for_test()}, clock_for_test());
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{8}}) {
    ConnectionPool pool({.min_size = 100, .max_size = 100, .calls_at_once = at_once}, factory,
                        clock_for_test());
    const Instant begin = clock_for_test().now();
    const auto opened = pool.ensure_min_size();
    const Duration took = time_since(begin);

    ASSERT_TRUE(opened) << to_string(opened.error());
    EXPECT_EQ(pool.metrics().idle, 100U);
    std::cout << "100 sessions, " << at_once << " at once: " << to_string(took) << "\n";
  }
  server_for_test().restart_fast({});
}

}  // namespace
}  // namespace poolproof::postgres
