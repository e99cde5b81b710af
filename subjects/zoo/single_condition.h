#pragma once
// Style: one mutex, one condition variable for everything, notify_all. Seen in: swaldman/c3p0
// (BasicResourcePool: wait and notifyAll of one monitor), and in most pools written in an
// afternoon.
//
// `zoo-single-condition` looks again after each wake-up and is right. `zoo-if-not-while` takes a
// wake-up for a promise and breaks L7: woken spuriously, or by a release whose connection a
// newcomer takes first, it finds nothing and reports `timed_out` long before its deadline.

#include <mutex>
#include <vector>

#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

enum class WakeUp { is_a_hint, is_a_promise };

/// Any thread. Leases must end before the pool does.
template <class Platform, WakeUp wake_up>
class SingleConditionPool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    return small_pool("one condition variable knows no order, and nothing ages here");
  }

  explicit SingleConditionPool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock) {
    idle_.reserve(max_size_);
  }

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    std::unique_lock lock(mutex_);
    bool is_patient = true;
    while (nothing_to_say() && is_patient && clock_.now() < deadline) {
      Platform::wait_until(changed_, lock, clock_, deadline);
      // The bug of zoo-if-not-while: `if` where `while` belongs.
      if constexpr (wake_up == WakeUp::is_a_promise) is_patient = false;
    }
    if (is_closed_) return std::unexpected(sim::Outcome::closed);
    if (!idle_.empty()) return pop();
    if (taken_ == max_size_) return std::unexpected(sim::Outcome::timed_out);
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
    {
      const std::unique_lock lock(mutex_);
      is_closed_ = true;
      idle.swap(idle_);
    }
    changed_.notify_all();
  }

 private:
  // Under the lock.
  [[nodiscard]] bool nothing_to_say() const {
    return !is_closed_ && idle_.empty() && taken_ == max_size_;
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
    {
      const std::unique_lock lock(mutex_);
      --taken_;
    }
    changed_.notify_all();
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
using SingleCondition = SingleConditionPool<Platform, WakeUp::is_a_hint>;
template <class Platform>
using IfNotWhile = SingleConditionPool<Platform, WakeUp::is_a_promise>;

}  // namespace poolproof::subjects::zoo
