#pragma once
// Style: a lock-free stack of slots, and nothing in front of it: whoever finds it empty sleeps
// until something comes back. Seen in: free lists of all kinds; with tags in boostorg/lockfree.
//
// `zoo-tagged-stack` is right. `zoo-untagged-stack` has the ABA mistake (free_stack.h) and breaks
// L1: after the wrong exchange a slot is in the stack while somebody holds it, and the next caller
// gets the same connection. Once its holders have put it back twice the stack is a ring, or has
// lost slots: L3, L12 (sessions that close() cannot reach) and L14 (a close() that never ends).

#include <memory>
#include <vector>

#include <poolproof/subjects/zoo/event_count.h>
#include <poolproof/subjects/zoo/free_stack.h>
#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

/// Any thread. Leases must end before the pool does.
template <class Platform, Head head>
class LockFreeStackPool {
 public:
  // Shared, so that a connection lent twice by mistake is a broken law and not a crash.
  struct Lease {
    std::size_t slot = 0;
    std::shared_ptr<DbClient> client;
  };

  static sim::Capabilities capabilities() {
    sim::Capabilities promised = small_pool("sharing a connection takes memory, and nothing ages");
    promised.exception_safe = false;
    return promised;
  }

  explicit LockFreeStackPool(const sim::Environment<Platform>& environment)
      : factory_(environment.factory),
        clock_(environment.clock),
        connections_(environment.config.max_size),
        free_(environment.config.max_size),
        changed_(environment.clock) {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    for (;;) {
      const std::uint64_t seen = changed_.version();
      if (is_closed_.load()) return std::unexpected(sim::Outcome::closed);
      const std::size_t slot = free_.pop();
      // What came back after close() had returned is nobody's any more.
      if (slot != free_.none && is_closed_.load()) return refuse(slot);
      if (slot != free_.none) return lend(slot, deadline);
      if (clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      changed_.wait_until(seen, deadline);
    }
  }

  std::expected<Lease, sim::Outcome> try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (!is_reset(*lease.client)) connections_[lease.slot].reset();
    lease.client.reset();
    put(lease.slot);
    // Who closed just now may have looked before the slot was there.
    if (is_closed_.load()) take_all();
  }

  DbClient* client(Lease& lease) { return lease.client.get(); }

  void close() {
    is_closed_.store(true);
    take_all();
    changed_.signal();
  }

 private:
  std::expected<Lease, sim::Outcome> lend(std::size_t slot, Instant deadline) {
    std::shared_ptr<DbClient>& connection = connections_[slot];
    if (connection == nullptr) {
      Taken opened = open_in_slot(
          factory_, deadline, [this] { return is_closed_.load(); }, [this, slot] { put(slot); });
      if (!opened) return std::unexpected(opened.error());
      connection = std::move(*opened);
    }
    return Lease{slot, connection};
  }

  std::expected<Lease, sim::Outcome> refuse(std::size_t slot) {
    connections_[slot].reset();
    put(slot);
    return std::unexpected(sim::Outcome::closed);
  }

  void put(std::size_t slot) {
    free_.push(slot);
    changed_.signal();
  }

  void take_all() {
    for (std::size_t slot = free_.pop(); slot != free_.none; slot = free_.pop())
      connections_[slot].reset();
  }

  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  std::vector<std::shared_ptr<DbClient>> connections_;  // each belongs to whoever popped its slot
  FreeStack<Platform, head> free_;
  EventCount<Platform> changed_;
  typename Platform::template atomic<bool> is_closed_{false};
};

template <class Platform>
using TaggedStack = LockFreeStackPool<Platform, Head::tagged>;
template <class Platform>
using UntaggedStack = LockFreeStackPool<Platform, Head::untagged>;

}  // namespace poolproof::subjects::zoo
