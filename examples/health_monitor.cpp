// Health monitoring on a thread: Maintenance keeps the pool's connections in order, an observer
// writes down what goes wrong, and a monitor says whether the database can be reached.
//
//   health-monitor [ADDRESS]       for example sqlite:app.db or postgresql://localhost/app

#include <atomic>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/maintenance.h>
#include <poolproof/drivers/open_database.h>

namespace {

using namespace poolproof;
using std::chrono::milliseconds;

/// Several threads tell it of events, so it has a lock of its own.
class TroubleLog final : public PoolObserver {
 public:
  void on_event(const PoolEvent& event) override {
    const bool is_trouble = event.error != nullptr || event.kind == PoolEventKind::lease_overdue ||
                            event.kind == PoolEventKind::transaction_left_open;
    if (!is_trouble) return;
    const std::lock_guard guard(mutex_);
    std::cerr << "pool: " << to_string(event.kind) << ", connection "
              << static_cast<std::uint64_t>(event.connection);
    if (event.error != nullptr) std::cerr << ", " << to_string(*event.error);
    std::cerr << "\n";
  }

 private:
  std::mutex mutex_;
};

/// Asks now and then, on a thread of its own, whether a connection can be had and answers.
class HealthMonitor {
 public:
  HealthMonitor(ConnectionPool& pool, Duration interval)
      : thread_([this, &pool, interval](std::stop_token stop) {
          while (!stop.stop_requested()) {
            is_healthy_ = is_reachable(pool);
            ++checks_;
            checks_.notify_all();
            pool.clock().sleep_until(deadline_after(pool.clock().now(), interval));
          }
        }) {}

  [[nodiscard]] bool is_healthy() const noexcept { return is_healthy_; }
  /// Returns when it has looked `checks` times.
  void wait_for(unsigned checks) const {
    for (unsigned seen = checks_; seen < checks; seen = checks_)
      checks_.wait(seen);
  }

 private:
  static bool is_reachable(ConnectionPool& pool) {
    auto lease = pool.acquire(milliseconds(500));
    if (!lease) {
      std::cerr << "monitor: " << lease.error().message() << "\n";
      return false;
    }
    const auto answer = lease->client().ping();
    if (!answer) lease->invalidate();
    return answer.has_value();
  }

  std::atomic<bool> is_healthy_ = false;
  std::atomic<unsigned> checks_ = 0;
  std::jthread thread_;  // Last: it ends before what it writes to.
};

}  // namespace

int main(int argc, char** argv) {
  SteadyClock clock;
  std::unique_ptr<DbClientFactory> database;
  try {
    database = open_database(argc > 1 ? argv[1] : "sqlite:app.db", clock);
  } catch (const std::exception& mistake) {
    std::cerr << mistake.what() << "\n";
    return 2;
  }
  TroubleLog log;
  ConnectionPool pool({.min_size = 2,
                       .max_size = 4,
                       .health_check_interval = milliseconds(20),
                       .validate_after_idle = milliseconds(100),
                       .leak_threshold = std::chrono::seconds(30)},
                      *database, clock, &log);
  const Maintenance maintenance(pool);
  const HealthMonitor monitor(pool, milliseconds(10));

  monitor.wait_for(5);
  std::cout << (monitor.is_healthy() ? "healthy" : "unhealthy") << " after 5 checks, with "
            << pool.config().min_size << " connections kept open\n";
  return monitor.is_healthy() ? 0 : 1;
}
