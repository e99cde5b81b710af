#pragma once
// Style: an atomic counts the connections, so that who opens one needs no lock. Seen in:
// mozilla-services/ldappool (issue 10) and kent8192/reinhardt-web (issue 540), both closed since.
// Wrong: it breaks L2. The counter is atomic, the decision is not: two callers read that one more
// may be opened, and both open it.

#include <mutex>
#include <vector>

#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

/// Any thread. Leases must end before the pool does.
template <class Platform>
class OptimisticCounterPool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    return small_pool("newcomers overtake those who wait, and nothing ages here");
  }

  explicit OptimisticCounterPool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock) {
    idle_.reserve(max_size_);
  }

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    std::unique_lock lock(mutex_);
    for (;;) {
      if (is_closed_) return std::unexpected(sim::Outcome::closed);
      if (!idle_.empty()) return pop();
      if (open_.load() < max_size_) {
        lock.unlock();
        open_.fetch_add(1);  // The bug: others have read the same count meanwhile.
        return open(deadline);
      }
      if (clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      Platform::wait_until(changed_, lock, clock_, deadline);
    }
  }

  Taken try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (is_reset(*lease)) {
      const std::unique_lock lock(mutex_);
      if (!is_closed_) {
        idle_.push_back(std::move(lease));
        return changed_.notify_one();
      }
    }
    lease.reset();
    free_slot();
  }

  DbClient* client(Lease& lease) { return lease.get(); }

  void close() {
    std::vector<Connection> idle;
    {
      const std::unique_lock lock(mutex_);
      is_closed_ = true;
      idle.swap(idle_);
    }
    changed_.notify_all();
  }

 private:
  Taken open(Instant deadline) {
    return open_in_slot(
        factory_, deadline, [this] { return is_closed(); }, [this] { free_slot(); });
  }

  // Under the lock.
  Connection pop() {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  bool is_closed() {
    const std::unique_lock lock(mutex_);
    return is_closed_;
  }

  void free_slot() {
    const std::unique_lock lock(mutex_);
    open_.fetch_sub(1);
    changed_.notify_one();
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  typename Platform::template atomic<std::size_t> open_{0};  // opening, idle or leased

  typename Platform::mutex mutex_;
  typename Platform::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<Connection> idle_;
  bool is_closed_ = false;
};

}  // namespace poolproof::subjects::zoo
