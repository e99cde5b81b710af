#pragma once
// Style: a bag of slots, each claimed by exchanging its state, no lock on the way; each thread
// first tries the slot that it had last. Seen in: brettwooldridge/HikariCP (ConcurrentBag: a list
// per thread, then a shared one, then waiting for a hand-off). Right: what a thread remembers is a
// hint and not a possession, so anybody else can claim it too. thread_cache.h shows the other way.

#include <cstdint>
#include <vector>

#include <poolproof/subjects/zoo/event_count.h>
#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

/// Any thread. Leases must end before the pool does.
template <class Platform>
class ConnectionBag {
 public:
  struct Lease {
    std::size_t slot = 0;
    DbClient* client = nullptr;
  };

  static sim::Capabilities capabilities() {
    return small_pool("whoever looks at the right moment is served, and nothing ages here");
  }

  explicit ConnectionBag(const sim::Environment<Platform>& environment)
      : factory_(environment.factory),
        clock_(environment.clock),
        slots_(environment.config.max_size),
        changed_(environment.clock) {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    for (;;) {
      // Read before looking: what comes back after the look then ends the wait.
      const std::uint64_t seen = changed_.version();
      if (is_closed_.load()) return std::unexpected(sim::Outcome::closed);
      if (const std::size_t slot = claim(); slot < slots_.size()) return lend(slot, deadline);
      // Slots change hands while they are looked at one by one: a look during which nothing came
      // back is one at which all were claimed.
      const bool is_sure = changed_.version() == seen;
      if (is_sure && clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      changed_.wait_until(seen, deadline);
    }
  }

  std::expected<Lease, sim::Outcome> try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (!is_reset(*lease.client)) slots_[lease.slot].connection.reset();
    lease.client = nullptr;
    unclaim(lease.slot);
    // Who closed just now may have found the slot still claimed.
    if (is_closed_.load()) sweep();
  }

  DbClient* client(Lease& lease) { return lease.client; }

  void close() {
    is_closed_.store(true);
    sweep();
    changed_.signal();
  }

 private:
  struct Slot {
    typename Platform::template atomic<bool> is_claimed{false};
    Connection connection;  // belongs to whoever claimed the slot
  };

  // The index of a slot that is the caller's now; slots_.size() when all are claimed.
  std::size_t claim() {
    std::size_t& last = last_slot_.get();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const std::size_t slot = (last + i) % slots_.size();
      if (slots_[slot].is_claimed.exchange(true)) continue;
      last = slot;
      return slot;
    }
    return slots_.size();
  }

  void unclaim(std::size_t slot) {
    slots_[slot].is_claimed.store(false);
    changed_.signal();
  }

  std::expected<Lease, sim::Outcome> lend(std::size_t slot, Instant deadline) {
    Connection& connection = slots_[slot].connection;
    // Between the look at it and the claim close() may have come and gone, and a release after it.
    if (is_closed_.load()) {
      connection.reset();
      unclaim(slot);
      return std::unexpected(sim::Outcome::closed);
    }
    if (connection == nullptr) {
      Taken opened = open_in_slot(
          factory_, deadline, [this] { return is_closed_.load(); },
          [this, slot] { unclaim(slot); });
      if (!opened) return std::unexpected(opened.error());
      connection = std::move(*opened);
    }
    return Lease{slot, connection.get()};
  }

  // Closes what is idle.
  void sweep() {
    for (Slot& slot : slots_) {
      if (slot.is_claimed.exchange(true)) continue;
      slot.connection.reset();
      slot.is_claimed.store(false);
    }
  }

  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  std::vector<Slot> slots_;
  EventCount<Platform> changed_;
  typename Platform::template thread_specific<std::size_t> last_slot_;
  typename Platform::template atomic<bool> is_closed_{false};
};

}  // namespace poolproof::subjects::zoo
