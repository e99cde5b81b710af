#pragma once
// Style: a semaphore counts who may have a connection, a list under a mutex keeps the idle ones.
// Seen in: deadpool-rs/deadpool (a Semaphore and a Mutex around the slots). Whoever has a permit
// finds an idle connection or may open one, so the list needs no limit of its own.
//
// `zoo-semaphore-list` is right. `zoo-permit-leak` breaks L3, and L5 and L13 with it: when a
// connect fails it answers its caller and forgets the permit. Nothing races; it takes one failed
// connect and somebody who comes later. Known from AsyncHttpClient/async-http-client (pull request
// 488) and razz-team/eva (pull request 247).

#include <mutex>
#include <vector>

#include <poolproof/subjects/zoo/semaphore.h>
#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

enum class FailedConnect { returns_permit, keeps_permit };

/// Any thread. Leases must end before the pool does.
template <class Platform, FailedConnect failed_connect>
class SemaphoreListPool {
 public:
  using Lease = Connection;

  static sim::Capabilities capabilities() {
    return small_pool("its semaphore knows no order, and nothing ages here");
  }

  explicit SemaphoreListPool(const sim::Environment<Platform>& environment)
      : factory_(environment.factory),
        clock_(environment.clock),
        permits_(environment.config.max_size, environment.clock) {
    idle_.reserve(environment.config.max_size);
  }

  Taken acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    const Permit permit = permits_.acquire_until(deadline);
    if (permit == Permit::closed) return std::unexpected(sim::Outcome::closed);
    if (permit == Permit::timed_out) return std::unexpected(sim::Outcome::timed_out);
    {
      const std::unique_lock lock(mutex_);
      // close() leaves an empty list behind, and sessions that are still being closed: a new one
      // beside them could be one too many.
      if (is_closed_) return std::unexpected(sim::Outcome::closed);
      if (!idle_.empty()) return pop();
    }
    return open_in_slot(
        factory_, deadline, [this] { return is_closed(); },
        [&permits = permits_] {
          static_cast<void>(permits);
          if constexpr (failed_connect == FailedConnect::returns_permit) permits.release();
        });
  }

  Taken try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (is_reset(*lease)) {
      const std::unique_lock lock(mutex_);
      if (!is_closed_) idle_.push_back(std::move(lease));
    }
    lease.reset();  // Before the permit: the session has to be gone when its slot is.
    permits_.release();
  }

  DbClient* client(Lease& lease) { return lease.get(); }

  void close() {
    std::vector<Connection> idle;
    {
      const std::unique_lock lock(mutex_);
      is_closed_ = true;
      idle.swap(idle_);
    }
    permits_.close();
  }

 private:
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

  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  Semaphore<Platform> permits_;

  typename Platform::mutex mutex_;
  // Guarded by mutex_.
  std::vector<Connection> idle_;
  bool is_closed_ = false;
};

template <class Platform>
using SemaphoreList = SemaphoreListPool<Platform, FailedConnect::returns_permit>;
template <class Platform>
using PermitLeak = SemaphoreListPool<Platform, FailedConnect::keeps_permit>;

}  // namespace poolproof::subjects::zoo
