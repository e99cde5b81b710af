#pragma once
// Style: try first, on a fast path of its own, and queue only when that fails. Seen in: pools with
// a concurrent queue of idle connections and a monitor for those who wait. Wrong: it breaks L5.
// Between the failed try and the sleep a connection comes back; its notify finds nobody asleep,
// and the caller then sleeps beside an idle connection. Looking once more under the sleepers'
// lock, or an EventCount (event_count.h), mends it.

#include <mutex>
#include <optional>
#include <vector>

#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

/// Any thread. Leases must end before the pool does.
template <class Platform>
class TryThenSleepPool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    return small_pool("newcomers overtake those who wait, and nothing ages here");
  }

  explicit TryThenSleepPool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock) {
    idle_.reserve(max_size_);
  }

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    for (;;) {
      if (auto taken = try_once(deadline)) return std::move(*taken);
      if (clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      std::unique_lock lock(sleepers_mutex_);
      // The bug: what came back since try_once() was announced to nobody.
      Platform::wait_until(changed_, lock, clock_, deadline);
    }
  }

  Taken try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (!is_reset(*lease) || !keep(lease)) {
      lease.reset();
      return free_slot();
    }
    wake_one();
  }

  DbClient* client(Lease& lease) { return lease.get(); }

  void close() {
    std::vector<Connection> idle;
    {
      const std::unique_lock lock(lists_mutex_);
      is_closed_ = true;
      idle.swap(idle_);
    }
    const std::unique_lock lock(sleepers_mutex_);
    changed_.notify_all();
  }

 private:
  // Nothing when all are out.
  std::optional<Taken> try_once(Instant deadline) {
    {
      const std::unique_lock lock(lists_mutex_);
      if (is_closed_) return std::unexpected(sim::Outcome::closed);
      if (!idle_.empty()) return pop();
      if (taken_ == max_size_) return std::nullopt;
      ++taken_;
    }
    return open_in_slot(
        factory_, deadline, [this] { return is_closed(); }, [this] { free_slot(); });
  }

  // Under the lock of the lists.
  Connection pop() {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  bool keep(Connection& connection) {
    const std::unique_lock lock(lists_mutex_);
    if (is_closed_) return false;
    idle_.push_back(std::move(connection));
    return true;
  }

  bool is_closed() {
    const std::unique_lock lock(lists_mutex_);
    return is_closed_;
  }

  void free_slot() {
    {
      const std::unique_lock lock(lists_mutex_);
      --taken_;
    }
    wake_one();
  }

  void wake_one() {
    const std::unique_lock lock(sleepers_mutex_);
    changed_.notify_one();
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;

  typename Platform::mutex lists_mutex_;
  // Guarded by lists_mutex_.
  std::vector<Connection> idle_;
  std::size_t taken_ = 0;  // opening, idle or leased: at most max_size_
  bool is_closed_ = false;

  typename Platform::mutex sleepers_mutex_;
  typename Platform::condition_variable changed_;
};

}  // namespace poolproof::subjects::zoo
