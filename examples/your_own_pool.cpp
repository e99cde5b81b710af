// A pool of your own, judged. docs/your-own-pool.md walks through this file.

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
using poolproof::Instant;
using poolproof::sim::Outcome;

// The pool. It takes its mutex and condition variable from Platform, and is otherwise as you would
// have written it.
template <class Platform>
class TinyPool {
 public:
  using Connection = std::unique_ptr<DbClient>;

  TinyPool(std::size_t max_size, DbClientFactory& factory, typename Platform::clock& clock)
      : free_slots_(max_size), factory_(factory), clock_(clock) {
    idle_.reserve(max_size);
  }

  std::expected<Connection, Outcome> acquire(Duration timeout) {
    const Instant deadline = poolproof::deadline_after(clock_.now(), timeout);
    std::unique_lock lock(mutex_);
    while (idle_.empty() && free_slots_ == 0) {
      if (clock_.now() >= deadline) return std::unexpected(Outcome::timed_out);
      Platform::wait_until(changed_, lock, clock_, deadline);
    }
    if (idle_.empty()) {
      --free_slots_;
      lock.unlock();
      return connect(deadline);
    }
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void release(Connection connection) {
    {
      const std::unique_lock lock(mutex_);
      idle_.push_back(std::move(connection));
    }
    changed_.notify_one();
  }

 private:
  std::expected<Connection, Outcome> connect(Instant deadline) {
    try {
      if (auto connection = factory_.connect(deadline)) return *std::move(connection);
    } catch (const poolproof::sim::TaskAborted&) {
      throw;         // Not the database's: the execution ends here.
    } catch (...) {  // As good as an error.
    }
    {
      const std::unique_lock lock(mutex_);
      ++free_slots_;
    }
    changed_.notify_one();
    return std::unexpected(Outcome::connect_failed);
  }

  typename Platform::mutex mutex_;
  typename Platform::condition_variable changed_;
  std::vector<Connection> idle_;  // guarded by mutex_
  std::size_t free_slots_;        // guarded by mutex_
  DbClientFactory& factory_;
  typename Platform::clock& clock_;
};

// The subject: how a scenario's clients reach the pool, and what it does not promise.
template <class Platform>
class TinySubject {
 public:
  using Lease = std::unique_ptr<DbClient>;

  static poolproof::sim::Capabilities capabilities() {
    return {.order = {.kind = poolproof::sim::Order::Kind::none},
            .idle_timeout = false,
            .max_lifetime = false,
            .validate_after_idle = false,
            .resets_on_return = false,
            .observer = false,
            .double_release = false,
            .why = "it is as small as a pool can be"};
  }

  explicit TinySubject(const poolproof::sim::Environment<Platform>& environment)
      : pool_(environment.config.max_size, environment.factory, environment.clock) {}

  std::expected<Lease, Outcome> acquire(Duration timeout) { return pool_.acquire(timeout); }
  void release(Lease& lease) { pool_.release(std::move(lease)); }
  DbClient* client(Lease& lease) { return lease.get(); }

 private:
  TinyPool<Platform> pool_;
};

}  // namespace

int main(int argc, char** argv) {
  return poolproof::sim::run<TinySubject>("your-own-pool", argc, argv);
}
