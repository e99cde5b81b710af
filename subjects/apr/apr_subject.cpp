#include <poolproof/subjects/apr/apr_subject.h>

#include <algorithm>
#include <chrono>
#include <expected>

#include <poolproof/subjects/apr/session_list.h>

namespace poolproof::subjects {
namespace {

using sim::Outcome;

/// Microseconds rounded up, so that the pool cannot be blamed for an early end.
std::chrono::microseconds microseconds(Duration timeout) {
  return std::chrono::ceil<std::chrono::microseconds>(
      std::min<Duration>(timeout, std::chrono::hours(24 * 365)));
}

ListSizes sizes_of(const PoolConfig& config) {
  return {.idle_max = static_cast<int>(config.min_size), .max = static_cast<int>(config.max_size)};
}

class AprSubject {
 public:
  struct Lease {
    DbClient* client = nullptr;
    bool is_valid = true;
  };

  explicit AprSubject(const sim::Environment<StdPlatform>& environment)
      : list_(environment.factory, sizes_of(environment.config),
              microseconds(environment.config.idle_timeout),
              microseconds(environment.config.acquire_timeout)) {}

  static sim::Capabilities capabilities() {
    return {.order = {.kind = sim::Order::Kind::none},
            .timed_acquire = false,
            .idle_timeout = false,
            .max_lifetime = false,
            .validate_after_idle = false,
            .resets_on_return = false,
            .connect_outside_lock = false,
            .exception_safe = false,
            .observer = false,
            .double_release = false,
            .why =
                "apr_reslist calls its constructor and destructor under its lock, has one "
                "timeout for all acquires, bounds how many are idle and not how many are open, "
                "and knows neither checks nor order"};
  }

  /// Waits for the configured acquire_timeout.
  std::expected<Lease, Outcome> acquire(Duration) {
    Lease lease;
    const apr_status_t status = list_.acquire(lease.client);
    if (status == APR_SUCCESS) return lease;
    if (APR_STATUS_IS_TIMEUP(status)) return std::unexpected(Outcome::timed_out);
    return std::unexpected(status == SessionList::connect_failed ? Outcome::connect_failed
                                                                 : Outcome::failed);
  }
  void invalidate(Lease& lease) { lease.is_valid = false; }
  void release(Lease& lease) {
    lease.is_valid ? list_.release(lease.client) : list_.invalidate(lease.client);
  }
  DbClient* client(Lease& lease) { return lease.client; }
  void health_check() { list_.maintain(); }

 private:
  SessionList list_;
};

}  // namespace

sim::SubjectEntry apr_entry() {
  start_apr();
  return sim::as_is_subject<AprSubject>(
      "apr", "apr_reslist of the Apache Portable Runtime, unmodified: one timeout for all waits.");
}

}  // namespace poolproof::subjects
