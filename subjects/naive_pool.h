#pragma once
// The pool that everybody writes first: one mutex, one condition variable, a stack of idle
// connections. Newcomers may overtake those who wait (barging), and it says so. It is right in all
// that it promises.

#include <condition_variable>
#include <cstddef>
#include <expected>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <poolproof/core/db/db_client.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>
#include <poolproof/subjects/client_calls.h>

namespace poolproof::subjects {

/// Any thread. Leases are returned with give_back(); the pool must outlive them.
template <class Platform>
class NaivePool {
 public:
  using Connection = std::unique_ptr<DbClient>;

  NaivePool(std::size_t max_size, DbClientFactory& factory, typename Platform::clock& clock)
      : max_size_(max_size), factory_(factory), clock_(clock) {
    idle_.reserve(max_size);
  }

  /// Errors: timed_out, closed, connect_failed.  Blocks.
  std::expected<Connection, sim::Outcome> acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    std::unique_lock lock(mutex_);
    for (;;) {
      if (is_closed_) return std::unexpected(sim::Outcome::closed);
      if (!idle_.empty()) return pop();
      if (taken_ < max_size_) return open(lock, deadline);
      if (clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      Platform::wait_until(changed_, lock, clock_, deadline);
    }
  }

  /// Errors: exhausted, closed, connect_failed.
  std::expected<Connection, sim::Outcome> try_acquire() {
    auto taken = acquire(Duration::zero());
    if (!taken && taken.error() == sim::Outcome::timed_out)
      return std::unexpected(sim::Outcome::exhausted);
    return taken;
  }

  void give_back(Connection connection) {
    const bool is_sound = is_reset(*connection);
    {
      const std::unique_lock lock(mutex_);
      if (is_sound && !is_closed_) idle_.push_back(std::move(connection));
    }
    if (connection == nullptr) return changed_.notify_one();
    connection.reset();
    free_slot();
  }

  void close() {
    std::vector<Connection> idle;
    {
      const std::unique_lock lock(mutex_);
      is_closed_ = true;
      idle.swap(idle_);
    }
    changed_.notify_all();
    for (Connection& connection : idle) {
      connection.reset();
      free_slot();
    }
  }

 private:
  Connection pop() {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  std::expected<Connection, sim::Outcome> open(std::unique_lock<typename Platform::mutex>& lock,
                                               Instant deadline) {
    ++taken_;  // Before connect() returns: two slow connects must not both take the last slot.
    lock.unlock();
    Connection connection = connect_or_null(factory_, deadline);
    if (connection == nullptr) {
      free_slot();
      return std::unexpected(sim::Outcome::connect_failed);
    }
    lock.lock();
    const bool is_late = is_closed_;
    lock.unlock();
    if (!is_late) return connection;
    connection.reset();
    free_slot();
    return std::unexpected(sim::Outcome::closed);
  }

  void free_slot() {
    {
      const std::unique_lock lock(mutex_);
      --taken_;
    }
    changed_.notify_one();
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;

  typename Platform::mutex mutex_;
  typename Platform::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<Connection> idle_;
  std::size_t taken_ = 0;  // opening, idle or leased: at most max_size_
  bool is_closed_ = false;
};

template <class Platform>
class NaiveSubject {
 public:
  using Lease = std::unique_ptr<DbClient>;

  static sim::Capabilities capabilities() {
    return {.order = {.kind = sim::Order::Kind::none},
            .idle_timeout = false,
            .max_lifetime = false,
            .validate_after_idle = false,
            .observer = false,
            .double_release = false,
            .why = "the smallest pool that is right: it neither ages nor checks connections"};
  }

  explicit NaiveSubject(const sim::Environment<Platform>& environment)
      : pool_(environment.config.max_size, environment.factory, environment.clock) {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) { return pool_.acquire(timeout); }
  std::expected<Lease, sim::Outcome> try_acquire() { return pool_.try_acquire(); }
  void release(Lease& lease) { pool_.give_back(std::move(lease)); }
  DbClient* client(Lease& lease) { return lease.get(); }
  void close() { pool_.close(); }

 private:
  NaivePool<Platform> pool_;
};

}  // namespace poolproof::subjects
