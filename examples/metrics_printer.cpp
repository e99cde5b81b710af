// Metrics, printed periodically: a line for people now and then, and at the end what Prometheus
// would be served.
//
//   metrics-printer [ADDRESS]      for example sqlite:app.db or postgresql://localhost/app

#include <condition_variable>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/prometheus.h>
#include <poolproof/core/pool/with_lease.h>
#include <poolproof/drivers/open_database.h>

namespace {

using namespace poolproof;

/// Prints a pool's metrics at once, then every `interval`, and once more when it is destroyed.
class MetricsPrinter {
 public:
  MetricsPrinter(ConnectionPool& pool, std::chrono::milliseconds interval)
      : pool_(pool), thread_([this, interval](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          do {
            std::cout << to_string(pool_.metrics()) << "\n";
          } while (
              !changed_.wait_for(lock, stop, interval, [&] { return stop.stop_requested(); }));
        }) {}
  ~MetricsPrinter() {
    thread_.request_stop();
    thread_.join();
    std::cout << to_string(pool_.metrics()) << "\n";
  }
  MetricsPrinter(const MetricsPrinter&) = delete;
  MetricsPrinter& operator=(const MetricsPrinter&) = delete;

 private:
  ConnectionPool& pool_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
};

/// Four threads, 250 statements each. How many went wrong.
int work(ConnectionPool& pool) {
  std::atomic<int> failures = 0;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 250; ++round) {
        const auto done = with_lease(
            pool, [](Lease& lease) { return lease->execute("select 1", {}).has_value(); });
        failures += !done.value_or(false);
      }
    });
  }
  threads.clear();  // Each waits for its thread.
  return failures;
}

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
  ConnectionPool pool({.min_size = 1, .max_size = 2}, *database, clock);
  int failures = 0;
  {
    const MetricsPrinter printer(pool, std::chrono::milliseconds(20));
    failures = work(pool);
  }
  std::cout << to_prometheus(pool.metrics(), "main");
  return failures == 0 ? 0 : 1;
}
