#pragma once
// The pool of core/pool/, as a thing to be judged.

#include <expected>
#include <memory>
#include <utility>

#include <poolproof/core/pool/basic_connection_pool.h>
#include <poolproof/core/pool/maintenance.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>

namespace poolproof::subjects {

template <class Platform>
class ReferenceSubject {
 public:
  using Lease = poolproof::Lease;

  static sim::Capabilities capabilities() {
    return {.call_deadlines = true,
            .waits_when_refused = true,
            .notices_dead = true,
            .connect_backoff = true,
            .full_metrics = true,
            .why = {}};
  }

  explicit ReferenceSubject(const sim::Environment<Platform>& environment)
      : pool_(unwatched(environment.config), environment.factory, environment.clock,
              environment.observer) {
    if (environment.maintenance)
      maintenance_ = std::make_unique<BasicMaintenance<Platform>>(pool_);
  }

  std::expected<Lease, AcquireError> acquire(Duration timeout) { return pool_.acquire(timeout); }
  std::expected<Lease, AcquireError> acquire(Duration timeout,
                                             const typename Platform::stop_token& stop) {
    return pool_.acquire(timeout, stop);
  }
  std::expected<Lease, AcquireError> try_acquire() { return pool_.try_acquire(); }
  static void release(Lease& lease) { lease.release(); }
  static void invalidate(Lease& lease) { lease.invalidate(); }
  static void report(Lease& lease, const DbError& error) { lease.report(error); }
  static DbClient* client(Lease& lease) { return lease ? &lease.client() : nullptr; }

  bool ensure_min_size() { return pool_.ensure_min_size().has_value(); }
  void health_check() { pool_.health_check(); }
  PoolMetrics metrics() { return pool_.metrics(); }
  bool resize(std::size_t min_size, std::size_t max_size) {
    return pool_.resize(min_size, max_size).has_value();
  }
  void evict_all() { pool_.evict_all(); }
  void close() { pool_.close(); }
  std::size_t drain(Duration timeout) { return pool_.drain(timeout); }

  [[nodiscard]] BasicConnectionPool<Platform>& pool() noexcept { return pool_; }

 private:
  /// What is judged is the session itself, not what a watched lease hands out for it.
  static PoolConfig unwatched(PoolConfig config) {
    config.misuse_checks = MisuseChecks::off;
    return config;
  }

  BasicConnectionPool<Platform> pool_;
  std::unique_ptr<BasicMaintenance<Platform>> maintenance_;  // after the pool: it stops first
};

}  // namespace poolproof::subjects
