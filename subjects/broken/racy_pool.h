#pragma once
// Broken on purpose: the naive pool, with a count of its leases that is kept outside the lock.
// Every law but L17 (data races) holds; only a build with ThreadSanitizer sees the bug.

#include <cstdint>
#include <expected>
#include <utility>

#include <poolproof/subjects/naive_pool.h>

namespace poolproof::subjects {

template <class Platform>
class RacySubject {
 public:
  using Lease = typename NaiveSubject<Platform>::Lease;

  static sim::Capabilities capabilities() { return NaiveSubject<Platform>::capabilities(); }

  explicit RacySubject(const sim::Environment<Platform>& environment) : naive_(environment) {}

  std::expected<Lease, sim::Outcome> acquire(Duration timeout) {
    return counted(naive_.acquire(timeout));
  }
  std::expected<Lease, sim::Outcome> try_acquire() { return counted(naive_.try_acquire()); }
  void release(Lease& lease) {
    naive_.release(lease);
    --leases_;
  }
  DbClient* client(Lease& lease) { return naive_.client(lease); }
  void close() { naive_.close(); }

 private:
  std::expected<Lease, sim::Outcome> counted(std::expected<Lease, sim::Outcome> taken) {
    if (taken) ++leases_;  // The bug: no lock is held.
    return taken;
  }

  NaiveSubject<Platform> naive_;
  std::uint64_t leases_ = 0;
};

}  // namespace poolproof::subjects
