#pragma once
// Style: a semaphore in front of a lock-free stack of slots. Seen in: ironjacamar/ironjacamar
// (SemaphoreConcurrentLinkedDequeManagedConnectionPool) and launchbadge/sqlx (a semaphore and an
// ArrayQueue). Right: a permit promises that a slot is in the stack, and the tags of FreeStack
// that a slot popped is nobody else's.

#include <vector>

#include <poolproof/subjects/zoo/free_stack.h>
#include <poolproof/subjects/zoo/semaphore.h>
#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

/// Any thread. Leases must end before the pool does.
template <class Platform>
class SemaphoreStackPool {
 public:
  struct Lease {
    std::size_t slot = 0;
    DbClient* client = nullptr;
  };

  static sim::Capabilities capabilities() {
    return small_pool("its semaphore knows no order, and nothing ages here");
  }

  explicit SemaphoreStackPool(const sim::Environment<Platform>& environment)
      : factory_(environment.factory),
        clock_(environment.clock),
        permits_(environment.config.max_size, environment.clock),
        connections_(environment.config.max_size),
        free_(environment.config.max_size) {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    const Permit permit = permits_.acquire_until(deadline);
    if (permit == Permit::timed_out) return std::unexpected(sim::Outcome::timed_out);
    if (permit == Permit::closed) return std::unexpected(sim::Outcome::closed);
    const std::size_t slot = free_.pop();
    // Nothing but close() takes the slots away from those who have a permit.
    if (slot == free_.none) return std::unexpected(sim::Outcome::closed);
    Connection& connection = connections_[slot];
    // Between the permit and the slot close() may have begun, and a release after it.
    if (is_closed_.load()) {
      connection.reset();
      return std::unexpected(sim::Outcome::closed);
    }
    if (connection == nullptr) {
      Taken opened = open_in_slot(
          factory_, deadline, [this] { return is_closed_.load(); }, [this, slot] { put(slot); });
      if (!opened) return std::unexpected(opened.error());
      connection = std::move(*opened);
    }
    return Lease{slot, connection.get()};
  }

  std::expected<Lease, sim::Outcome> try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (!is_reset(*lease.client)) connections_[lease.slot].reset();
    lease.client = nullptr;
    put(lease.slot);
    // Who closed just now may have looked before the slot was there.
    if (is_closed_.load()) take_all();
  }

  DbClient* client(Lease& lease) { return lease.client; }

  void close() {
    is_closed_.store(true);
    permits_.close();
    take_all();
  }

 private:
  void put(std::size_t slot) {
    free_.push(slot);
    permits_.release();
  }

  void take_all() {
    for (std::size_t slot = free_.pop(); slot != free_.none; slot = free_.pop())
      connections_[slot].reset();
  }

  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  Semaphore<Platform> permits_;
  std::vector<Connection> connections_;  // each belongs to whoever popped its slot
  FreeStack<Platform, Head::tagged> free_;
  typename Platform::template atomic<bool> is_closed_{false};
};

}  // namespace poolproof::subjects::zoo
