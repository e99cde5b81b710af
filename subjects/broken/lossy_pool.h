#pragma once
// Broken on purpose: a pool that hands released connections straight to the oldest waiter, and
// loses the one that it hands to a waiter whose time is just running out. The bug is a classic
// (github.com/Eonblast/Emysql/issues/25): who gives up does not look whether it was served
// meanwhile.

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <expected>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <poolproof/core/db/db_client.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject_entry.h>
#include <poolproof/subjects/client_calls.h>

namespace poolproof::subjects {

/// Any thread. Leases are returned with give_back(); the pool must outlive them.
template <class Platform>
class LossyPool {
 public:
  using Connection = std::unique_ptr<DbClient>;

  LossyPool(std::size_t max_size, DbClientFactory& factory, typename Platform::clock& clock)
      : max_size_(max_size), factory_(factory), clock_(clock) {
    idle_.reserve(max_size);
  }

  /// Errors: timed_out, closed, connect_failed.  Blocks.
  std::expected<Connection, sim::Outcome> acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    Waiter waiter;
    std::unique_lock lock(mutex_);
    if (is_closed_) return std::unexpected(sim::Outcome::closed);
    if (!idle_.empty()) return pop();
    if (taken_ < max_size_) {
      ++taken_;
      lock.unlock();
      return open(deadline);
    }
    waiters_.push_back(&waiter);
    return wait(waiter, lock, deadline);
  }

  /// Errors: exhausted, closed, connect_failed.
  std::expected<Connection, sim::Outcome> try_acquire() {
    auto taken = acquire(Duration::zero());
    if (!taken && taken.error() == sim::Outcome::timed_out)
      return std::unexpected(sim::Outcome::exhausted);
    return taken;
  }

  void give_back(Connection connection) {
    if (!is_reset(*connection)) connection.reset();
    {
      const std::unique_lock lock(mutex_);
      if (connection != nullptr && !is_closed_) {
        if (waiters_.empty()) return idle_.push_back(std::move(connection));
        return hand_over(std::move(connection));
      }
    }
    connection.reset();
    free_slot();
  }

  void close() {
    std::vector<Connection> idle;
    {
      const std::unique_lock lock(mutex_);
      is_closed_ = true;
      idle.swap(idle_);
      while (!waiters_.empty())
        hand_over(nullptr);
    }
    for (Connection& connection : idle) {
      connection.reset();
      free_slot();
    }
  }

 private:
  struct Waiter {
    typename Platform::condition_variable served;
    Connection connection;  // null when it was served with a slot
    bool is_served = false;
  };

  Connection pop() {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  std::expected<Connection, sim::Outcome> wait(Waiter& waiter,
                                               std::unique_lock<typename Platform::mutex>& lock,
                                               Instant deadline) {
    for (;;) {
      if (clock_.now() >= deadline) {
        // The bug: it may have been served since its timer fired, and is in the queue no more.
        std::erase(waiters_, &waiter);
        return std::unexpected(sim::Outcome::timed_out);
      }
      if (waiter.is_served) break;
      Platform::wait_until(waiter.served, lock, clock_, deadline);
    }
    if (waiter.connection != nullptr) return std::move(waiter.connection);
    if (is_closed_) return std::unexpected(sim::Outcome::closed);
    lock.unlock();
    return open(deadline);
  }

  // With the slot taken and the lock released.
  std::expected<Connection, sim::Outcome> open(Instant deadline) {
    Connection connection = connect_or_null(factory_, deadline);
    if (connection == nullptr) {
      free_slot();
      return std::unexpected(sim::Outcome::connect_failed);
    }
    std::unique_lock lock(mutex_);
    if (!is_closed_) return connection;
    lock.unlock();
    connection.reset();
    free_slot();
    return std::unexpected(sim::Outcome::closed);
  }

  void free_slot() {
    const std::unique_lock lock(mutex_);
    if (waiters_.empty())
      --taken_;
    else
      hand_over(nullptr);
  }

  // Under the lock.
  void hand_over(Connection connection) {
    Waiter& oldest = *waiters_.front();
    waiters_.erase(waiters_.begin());
    oldest.connection = std::move(connection);
    oldest.is_served = true;
    oldest.served.notify_one();
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;

  typename Platform::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Connection> idle_;
  std::vector<Waiter*> waiters_;  // oldest first
  std::size_t taken_ = 0;         // opening, idle or leased: at most max_size_
  bool is_closed_ = false;
};

template <class Platform>
class LossySubject {
 public:
  using Lease = std::unique_ptr<DbClient>;

  static sim::Capabilities capabilities() {
    return {.idle_timeout = false,
            .max_lifetime = false,
            .validate_after_idle = false,
            .exception_safe = false,
            .observer = false,
            .double_release = false,
            .why = "small, so that its one bug is easy to see"};
  }

  explicit LossySubject(const sim::Environment<Platform>& environment)
      : pool_(environment.config.max_size, environment.factory, environment.clock) {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) { return pool_.acquire(timeout); }
  std::expected<Lease, sim::Outcome> try_acquire() { return pool_.try_acquire(); }
  void release(Lease& lease) { pool_.give_back(std::move(lease)); }
  DbClient* client(Lease& lease) { return lease.get(); }
  void close() { pool_.close(); }

 private:
  LossyPool<Platform> pool_;
};

/// For tests that need a broken pool.
inline const sim::SubjectEntry& lossy() {
  static const sim::SubjectEntry entry = sim::templated_subject<LossySubject>("lossy", "broken");
  return entry;
}

}  // namespace poolproof::subjects
