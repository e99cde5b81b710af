#pragma once
// Style: callers draw tickets and are served in the order of their numbers, as in a bakery: first
// come, first served, with one condition variable and two counters. Seen in: pools derived from a
// ticket lock, and as the queue of requests in vincit/tarn.js and coopernurse/node-pool.
//
// `zoo-ticket-queue` notes the tickets whose holders went away, and steps over them; it is right.
// `zoo-abandoned-ticket` does not, and breaks L5 (and L3): a waiter times out, its number comes
// up, nobody answers, and everybody behind it sleeps for ever beside an idle connection.

#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

enum class Abandoned { stepped_over, waited_for };

/// Any thread. Leases must end before the pool does.
template <class Platform, Abandoned abandoned>
class TicketQueuePool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    sim::Capabilities promised = small_pool("going away takes memory here, and nothing ages");
    promised.order = {};
    promised.exception_safe = false;
    return promised;
  }

  explicit TicketQueuePool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock) {
    idle_.reserve(max_size_);
  }

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    std::unique_lock lock(mutex_);
    const std::uint64_t ticket = next_ticket_++;
    while (!is_closed_ && !is_served(ticket)) {
      if (clock_.now() >= deadline) {
        go_away(ticket);
        return std::unexpected(sim::Outcome::timed_out);
      }
      Platform::wait_until(changed_, lock, clock_, deadline);
    }
    if (is_closed_) return std::unexpected(sim::Outcome::closed);
    serve_next();
    if (!idle_.empty()) return pop();
    ++taken_;
    lock.unlock();
    return open_in_slot(
        factory_, deadline, [this] { return is_closed(); }, [this] { free_slot(); });
  }

  Taken try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (is_reset(*lease)) {
      const std::unique_lock lock(mutex_);
      if (!is_closed_) {
        idle_.push_back(std::move(lease));
        return changed_.notify_all();
      }
    }
    lease.reset();
    free_slot();
  }

  DbClient* client(Lease& lease) { return lease.get(); }

  void close() {
    std::vector<Connection> idle;
    const std::unique_lock lock(mutex_);
    is_closed_ = true;
    changed_.notify_all();
    idle.swap(idle_);
    // `idle` outlives the lock: it was declared first.
  }

 private:
  // Under the lock, all of these.
  [[nodiscard]] bool is_served(std::uint64_t ticket) const {
    return ticket == now_serving_ && (!idle_.empty() || taken_ < max_size_);
  }

  void serve_next() {
    ++now_serving_;
    while (abandoned_.erase(now_serving_) != 0)
      ++now_serving_;
    changed_.notify_all();
  }

  void go_away(std::uint64_t ticket) {
    if constexpr (abandoned == Abandoned::waited_for) return;  // The bug.
    if (ticket == now_serving_) return serve_next();
    abandoned_.insert(ticket);
  }

  Connection pop() {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  // Without it, these two.
  bool is_closed() {
    const std::unique_lock lock(mutex_);
    return is_closed_;
  }

  void free_slot() {
    const std::unique_lock lock(mutex_);
    --taken_;
    changed_.notify_all();
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;

  typename Platform::mutex mutex_;
  typename Platform::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<Connection> idle_;
  std::set<std::uint64_t> abandoned_;  // of those who wait, who went away
  std::uint64_t next_ticket_ = 0;
  std::uint64_t now_serving_ = 0;
  std::size_t taken_ = 0;  // opening, idle or leased: at most max_size_
  bool is_closed_ = false;
};

template <class Platform>
using TicketQueue = TicketQueuePool<Platform, Abandoned::stepped_over>;
template <class Platform>
using AbandonedTicket = TicketQueuePool<Platform, Abandoned::waited_for>;

}  // namespace poolproof::subjects::zoo
