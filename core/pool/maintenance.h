#pragma once
// The thread that looks after a pool.

#include <mutex>

#include <poolproof/core/pool/basic_connection_pool.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/pool/guarded.h>

namespace poolproof {

/// Runs health_check() every health_check_interval of the pool's clock, on a thread of its own,
/// which blocks all signals, until it is stopped or destroyed. An interval of 0 starts no thread.
/// The pool must outlive it. Without it nothing expires but what comes back from a lease, and
/// min_size is kept only by those who call ensure_min_size() or health_check() themselves.
///
/// Example:
///   ConnectionPool watched({.max_size = 4}, database, clock);
///   Maintenance maintenance(watched);  // below the pool, so that it ends before
template <class Platform>
class BasicMaintenance {
 public:
  /// Starts the thread. Errors: std::system_error when there is none to be had.
  explicit BasicMaintenance(BasicConnectionPool<Platform>& pool)
      : pool_(pool), is_stopped_(false) {
    if (pool_.config().health_check_interval > Duration::zero()) {
      thread_ = Platform::start_thread([this] { run(); });
    }
  }

  BasicMaintenance(const BasicMaintenance&) = delete;
  BasicMaintenance& operator=(const BasicMaintenance&) = delete;

  /// Blocks as stop() does.
  ~BasicMaintenance() { stop(); }

  /// Waits for the client's call that is under way, at most validation_timeout for a ping and
  /// acquire_timeout for a connect; none begins afterwards. A second call does nothing. One thread
  /// at a time.
  void stop() {
    stop_.request_stop();
    is_stopped_.with([&](bool& is_stopped) {
      is_stopped = true;
      changed_.notify_all();
      return true;
    });
    if (thread_.joinable()) thread_.join();
  }

 private:
  void run() {
    while (
        !stops_before(deadline_after(pool_.clock().now(), pool_.config().health_check_interval))) {
      pool_.health_check(stop_.get_token());
    }
  }

  bool stops_before(Instant next_check) {
    return is_stopped_.with(
        [&](bool& is_stopped, std::unique_lock<typename Platform::mutex>& lock) {
          while (!is_stopped && pool_.clock().now() < next_check) {
            Platform::wait_until(changed_, lock, pool_.clock(), next_check);
          }
          return is_stopped;
        });
  }

  BasicConnectionPool<Platform>& pool_;
  typename Platform::stop_source stop_;  // of a check that is under way
  Guarded<bool, typename Platform::mutex> is_stopped_;
  typename Platform::condition_variable changed_;  // notified when is_stopped_ becomes true
  typename Platform::thread thread_;
};

using Maintenance = BasicMaintenance<StdPlatform>;

}  // namespace poolproof
