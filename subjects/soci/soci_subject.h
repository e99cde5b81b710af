#pragma once
// SOCI's connection_pool as a thing to be judged, on real threads. It uses the library as its
// documentation says: every position is opened once, before the first lease; leases are positions.

#include <cstddef>
#include <memory>
#include <optional>

#include <soci/connection-pool.h>

#include <poolproof/core/pool/std_platform.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>
#include <poolproof/sim/subject/subject_entry.h>
#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/lease_slots.h>

namespace poolproof::subjects {

/// Any thread. Operations that capabilities() declines do nothing.
class SociSubject final : public sim::Subject {
 public:
  /// Opens `max_size` sessions, one after the other. A position whose open fails stays
  /// unopened; acquire tries again when it comes to it.
  explicit SociSubject(const sim::Environment<StdPlatform>& environment);

  static sim::Capabilities capabilities();

  /// SOCI counts in milliseconds: `timeout` is rounded up to them, so that SOCI cannot be blamed
  /// for an early end.
  sim::Acquired acquire(sim::LeaseKey key, Duration timeout) override;
  sim::Acquired try_acquire(sim::LeaseKey key) override;
  void release(sim::LeaseKey key) override;
  void invalidate(sim::LeaseKey) override {}
  sim::Outcome execute(sim::LeaseKey key) override;
  sim::SessionId session_of(sim::LeaseKey key) override;

  sim::Outcome ensure_min_size() override { return sim::Outcome::ok; }
  void health_check() override {}
  sim::Snapshot metrics() override { return {}; }
  sim::Outcome resize(std::size_t, std::size_t) override { return sim::Outcome::ok; }
  void evict_all() override {}
  void close() override {}
  std::size_t drain(Duration) override { return 0; }
  /// Blocks while the sessions close. No lease may be out.
  void destroy() override { pool_.reset(); }

 private:
  using Position = std::size_t;

  bool open(Position position);
  sim::Acquired lend(sim::LeaseKey key, Position position);

  // Constant after construction, but for pool_, which destroy() ends.
  ClientRegistry::Entry source_;
  std::unique_ptr<soci::connection_pool> pool_;

  LeaseSlots<Position> leases_;
};

/// The subject called "soci": on real threads, and as it is inside an engine.
sim::SubjectEntry soci_entry();

}  // namespace poolproof::subjects
