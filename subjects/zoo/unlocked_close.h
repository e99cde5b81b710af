#pragma once
// Style: an atomic flag says that the pool is closed, because "an atomic needs no lock". Seen in:
// pools with a fast path that asks `closed` before it takes the mutex. Wrong: it breaks L12 (and
// L14). A caller looks at the flag under the lock, finds it down, and is about to wait; close()
// raises it and notifies without the lock; then the caller goes to sleep, and nobody wakes it.

#include <mutex>
#include <vector>

#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

/// Any thread. Leases must end before the pool does.
template <class Platform>
class UnlockedClosePool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    return small_pool("newcomers overtake those who wait, and nothing ages here");
  }

  explicit UnlockedClosePool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock) {
    idle_.reserve(max_size_);
  }

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    if (is_closed_.load()) return std::unexpected(sim::Outcome::closed);
    std::unique_lock lock(mutex_);
    for (;;) {
      if (is_closed_.load()) return std::unexpected(sim::Outcome::closed);
      if (!idle_.empty()) return pop();
      if (taken_ < max_size_) break;
      if (clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      Platform::wait_until(changed_, lock, clock_, deadline);
    }
    ++taken_;
    lock.unlock();
    return open_in_slot(
        factory_, deadline, [this] { return is_closed_.load(); }, [this] { free_slot(); });
  }

  Taken try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (is_reset(*lease)) {
      const std::unique_lock lock(mutex_);
      if (!is_closed_.load()) {
        idle_.push_back(std::move(lease));
        return changed_.notify_one();
      }
    }
    lease.reset();
    free_slot();
  }

  DbClient* client(Lease& lease) { return lease.get(); }

  void close() {
    // The bug: between another's look at the flag and its sleep there is room for both of these.
    is_closed_.store(true);
    changed_.notify_all();
    std::vector<Connection> idle;
    const std::unique_lock lock(mutex_);
    idle.swap(idle_);
  }

 private:
  // Under the lock.
  Connection pop() {
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void free_slot() {
    const std::unique_lock lock(mutex_);
    --taken_;
    if (!is_closed_.load()) changed_.notify_one();  // Else close() has woken everybody.
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  typename Platform::template atomic<bool> is_closed_{false};

  typename Platform::mutex mutex_;
  typename Platform::condition_variable changed_;
  // Guarded by mutex_.
  std::vector<Connection> idle_;
  std::size_t taken_ = 0;  // opening, idle or leased: at most max_size_
};

}  // namespace poolproof::subjects::zoo
