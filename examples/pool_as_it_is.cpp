// A pool that was not written for any harness, and the adapter with which it is judged all the
// same. docs/as-it-is.md walks through this file.

#include <chrono>
#include <condition_variable>
#include <exception>
#include <expected>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <poolproof/sim/cli/run.h>

namespace {

using poolproof::DbClient;
using poolproof::DbClientFactory;
using poolproof::Duration;
using poolproof::sim::Outcome;

// The pool: std::mutex, std::condition_variable, std::chrono::steady_clock.
class TicketPool {
 public:
  using Connection = std::unique_ptr<DbClient>;

  TicketPool(std::size_t max_size, DbClientFactory& factory)
      : free_(max_size), factory_(factory) {}

  enum class Failure { too_late, refused };

  // Waits until `end`; time_point::max() is for ever.
  std::expected<Connection, Failure> take(std::chrono::steady_clock::time_point end) {
    std::unique_lock lock(mutex_);
    while (idle_.empty() && free_ == 0)
      if (changed_.wait_until(lock, end) == std::cv_status::timeout && idle_.empty() && free_ == 0)
        return std::unexpected(Failure::too_late);
    if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    --free_;
    lock.unlock();
    try {
      if (auto connection = factory_.connect(poolproof::Instant::max()))
        return *std::move(connection);
    } catch (...) {  // As good as an error.
    }
    lock.lock();
    ++free_;
    changed_.notify_one();
    return std::unexpected(Failure::refused);
  }

  void give_back(Connection connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Connection> idle_;  // guarded by mutex_
  std::size_t free_;              // guarded by mutex_
  DbClientFactory& factory_;
};

// The adapter.
class TicketSubject {
 public:
  using Lease = std::unique_ptr<DbClient>;

  static poolproof::sim::Capabilities capabilities() {
    poolproof::sim::Capabilities can;
    can.order.kind = poolproof::sim::Order::Kind::none;
    can.idle_timeout = can.max_lifetime = can.validate_after_idle = can.resets_on_return = false;
    can.connect_errors = can.exception_safe = can.call_deadlines = can.observer = false;
    can.double_release = can.error_policy = false;
    can.why = "it lends connections, and does nothing else";
    return can;
  }

  explicit TicketSubject(const poolproof::sim::Environment<poolproof::StdPlatform>& environment)
      : pool_(environment.config.max_size, environment.factory) {}

  std::expected<Lease, Outcome> acquire(Duration timeout) {
    using Clock = std::chrono::steady_clock;
    const auto now = Clock::now();
    const bool is_for_ever = timeout >= Clock::time_point::max() - now;  // Duration::max()
    auto connection = pool_.take(is_for_ever ? Clock::time_point::max() : now + timeout);
    if (connection) return *std::move(connection);
    const bool is_refused = connection.error() == TicketPool::Failure::refused;
    return std::unexpected(is_refused ? Outcome::connect_failed : Outcome::timed_out);
  }
  void release(Lease& lease) { pool_.give_back(std::move(lease)); }
  DbClient* client(Lease& lease) { return lease.get(); }

 private:
  TicketPool pool_;
};

}  // namespace

int main(int argc, char** argv) {
  return poolproof::sim::run_as_is<TicketSubject>("pool-as-it-is", argc, argv);
}
