#pragma once
// Poco::Data::SessionPool as a thing to be judged, on real threads.

#include <cstddef>
#include <memory>

#include <Poco/Data/Session.h>
#include <Poco/Data/SessionPool.h>

#include <poolproof/core/pool/std_platform.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>
#include <poolproof/sim/subject/subject_entry.h>
#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/lease_slots.h>

namespace poolproof::subjects {

/// Any thread. Operations that capabilities() declines do nothing.
class PocoSubject final : public sim::Subject {
 public:
  /// Opens nothing. Poco counts idle time in seconds: `idle_timeout` is rounded up to them,
  /// and 0 becomes 23 days. Each pool takes one of
  /// the 16 threads of Poco's default thread pool. Errors: Poco::NoThreadAvailableException.
  explicit PocoSubject(const sim::Environment<StdPlatform>& environment);

  static sim::Capabilities capabilities();

  /// SessionPool never waits for a session: the same as try_acquire.
  sim::Acquired acquire(sim::LeaseKey key, Duration) override { return try_acquire(key); }
  sim::Acquired try_acquire(sim::LeaseKey key) override;
  /// The Session goes out of scope, as Poco's documentation has it.
  void release(sim::LeaseKey key) override { const auto ended = leases_.take(key); }
  void invalidate(sim::LeaseKey) override {}
  sim::Outcome execute(sim::LeaseKey key) override;
  sim::SessionId session_of(sim::LeaseKey key) override;

  sim::Outcome ensure_min_size() override { return sim::Outcome::ok; }
  void health_check() override {}
  sim::Snapshot metrics() override { return {}; }
  sim::Outcome resize(std::size_t, std::size_t) override { return sim::Outcome::ok; }
  void evict_all() override {}
  void close() override { pool_->shutdown(); }
  std::size_t drain(Duration) override { return 0; }
  /// Shuts down and destroys the pool. No lease may be out.
  void destroy() override { pool_.reset(); }

 private:
  // Constant after construction, but for pool_, which destroy() ends.
  ClientRegistry::Entry source_;
  std::unique_ptr<Poco::Data::SessionPool> pool_;

  LeaseSlots<Poco::Data::Session> leases_;
};

/// The subject called "poco": on real threads, and as it is inside an engine.
sim::SubjectEntry poco_entry();

}  // namespace poolproof::subjects
