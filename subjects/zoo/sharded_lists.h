#pragma once
// Style: several free lists, each under a mutex of its own, so that callers seldom meet; who finds
// its own list empty steals from the others. Seen in: vitessio/vitess (smartconnpool: several
// stacks of connections), and in allocators.
//
// `zoo-sharded` lets all who find nothing sleep in one place and is right. `zoo-shard-sleep` lets
// them sleep at their own shard and breaks L5: a connection comes back to another shard, only that
// one's sleepers are told, and the waiter sleeps on beside an idle connection.

#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include <poolproof/subjects/zoo/event_count.h>
#include <poolproof/subjects/zoo/small_pool.h>

namespace poolproof::subjects::zoo {

enum class Sleep { in_one_place, at_own_shard };

/// Any thread. Leases must end before the pool does.
template <class Platform, Sleep sleep>
class ShardedPool {
 public:
  struct Lease {
    Connection connection;
    std::size_t shard = 0;
  };

  static sim::Capabilities capabilities() {
    return small_pool("who comes to the right shard overtakes all others, and nothing ages here");
  }

  explicit ShardedPool(const sim::Environment<Platform>& environment)
      : max_size_(environment.config.max_size),
        factory_(environment.factory),
        clock_(environment.clock),
        shards_{Shard(environment.clock, max_size_), Shard(environment.clock, max_size_)} {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) {
    const Instant deadline = deadline_after(clock_.now(), timeout);
    const std::size_t own = next_shard_.fetch_add(1) % shards_.size();
    for (;;) {
      const std::uint64_t seen = sleepers(own).version();
      if (is_closed_.load()) return std::unexpected(sim::Outcome::closed);
      if (Connection idle = pop_anywhere(own)) return Lease{std::move(idle), own};
      if (takes_slot()) return open(own, deadline);
      // The shards are looked at one after the other: only if nothing came back meanwhile was
      // there a moment at which all were empty.
      const bool is_sure = sleepers(own).version() == seen;
      if (is_sure && clock_.now() >= deadline) return std::unexpected(sim::Outcome::timed_out);
      sleepers(own).wait_until(seen, deadline);
    }
  }

  std::expected<Lease, sim::Outcome> try_acquire() { return as_try(acquire(Duration::zero())); }

  void release(Lease& lease) {
    if (!is_reset(*lease.connection) || !keep(lease)) {
      lease.connection.reset();
      taken_.fetch_sub(1);
    }
    sleepers(lease.shard).signal();
  }

  DbClient* client(Lease& lease) { return lease.connection.get(); }

  void close() {
    is_closed_.store(true);
    for (Shard& shard : shards_) {
      // Who releases looks at is_closed_ under the shard's lock, so nothing is kept after this.
      while (Connection idle = shard.pop())
        idle.reset();
      shard.sleepers.signal();
    }
    all_sleepers_.signal();
  }

 private:
  struct Shard {
    Shard(typename Platform::clock& clock, std::size_t max_size) : sleepers(clock) {
      idle.reserve(max_size);
    }

    Connection pop() {
      const std::unique_lock lock(mutex);
      if (idle.empty()) return nullptr;
      Connection connection = std::move(idle.back());
      idle.pop_back();
      return connection;
    }

    typename Platform::mutex mutex;
    std::vector<Connection> idle;  // guarded by mutex
    EventCount<Platform> sleepers;
  };

  EventCount<Platform>& sleepers(std::size_t shard) {
    if constexpr (sleep == Sleep::at_own_shard) return shards_[shard].sleepers;  // The bug.
    return all_sleepers_;
  }

  Connection pop_anywhere(std::size_t own) {
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      if (Connection idle = shards_[(own + i) % shards_.size()].pop()) return idle;
    }
    return nullptr;
  }

  // Whether the connection is idle now.
  bool keep(Lease& lease) {
    Shard& shard = shards_[lease.shard];
    const std::unique_lock lock(shard.mutex);
    if (is_closed_.load()) return false;
    shard.idle.push_back(std::move(lease.connection));
    return true;
  }

  bool takes_slot() {
    std::size_t taken = taken_.load();
    while (taken < max_size_) {
      if (taken_.compare_exchange_weak(taken, taken + 1)) return true;
    }
    return false;
  }

  std::expected<Lease, sim::Outcome> open(std::size_t own, Instant deadline) {
    Taken opened = open_in_slot(
        factory_, deadline, [this] { return is_closed_.load(); },
        [this, own] {
          taken_.fetch_sub(1);
          sleepers(own).signal();
        });
    if (!opened) return std::unexpected(opened.error());
    return Lease{std::move(*opened), own};
  }

  const std::size_t max_size_;
  DbClientFactory& factory_;
  typename Platform::clock& clock_;
  std::array<Shard, 2> shards_;
  EventCount<Platform> all_sleepers_{clock_};
  typename Platform::template atomic<std::size_t> next_shard_{0};
  // Opening, idle or leased: at most max_size_.
  typename Platform::template atomic<std::size_t> taken_{0};
  typename Platform::template atomic<bool> is_closed_{false};
};

template <class Platform>
using Sharded = ShardedPool<Platform, Sleep::in_one_place>;
template <class Platform>
using ShardSleep = ShardedPool<Platform, Sleep::at_own_shard>;

}  // namespace poolproof::subjects::zoo
