#pragma once
// Style: the connection that a thread gives back stays with the thread, which then finds it again
// without a lock. Seen in: DBUtils of WebwareForPython/DBUtils (PersistentDB, one connection a
// thread) where it is made to respect a limit. Wrong: it breaks L5 and L3. What lies in the cache
// of one thread is idle and counts against max_size, but no other thread can reach it: with
// max_size threads having been served once, everybody else waits for ever.

#include <mutex>

#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

/// Any thread. Leases must end before the pool does. It cannot be closed: nobody can reach the
/// caches.
template <class Platform>
class ThreadCachePool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    return small_pool("a thread that has a connection keeps it, and nothing ages here");
  }

  explicit ThreadCachePool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock) {}

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    if (Connection mine = std::move(cached_.get())) return mine;
    std::unique_lock lock(mutex_);
    while (taken_ == max_size_) {
      if (clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      Platform::wait_until(slot_freed_, lock, clock_, deadline);
    }
    ++taken_;
    lock.unlock();
    return open_in_slot(
        factory_, deadline, [] { return false; }, [this] { free_slot(); });
  }

  Taken try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    Connection& mine = cached_.get();
    // The bug: those who wait are not asked.
    if (is_reset(*lease) && mine == nullptr) {
      mine = std::move(lease);
      return;
    }
    lease.reset();
    free_slot();
  }

  DbClient* client(Lease& lease) { return lease.get(); }

 private:
  void free_slot() {
    {
      const std::unique_lock lock(mutex_);
      --taken_;
    }
    slot_freed_.notify_one();
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  typename Platform::template thread_specific<Connection> cached_;

  typename Platform::mutex mutex_;
  typename Platform::condition_variable slot_freed_;
  std::size_t taken_ = 0;  // Opening, cached or leased: at most max_size_. Guarded by mutex_.
};

}  // namespace poolproof::subjects::zoo
