#include <poolproof/subjects/mongoc/mongoc_subject.h>

#include <algorithm>
#include <chrono>
#include <expected>

#include <poolproof/subjects/mongoc/client_pool.h>

namespace poolproof::subjects {
namespace {

using sim::Outcome;

/// Milliseconds rounded up, so that the pool cannot be blamed for an early end.
std::chrono::milliseconds milliseconds(Duration timeout) {
  return std::chrono::ceil<std::chrono::milliseconds>(
      std::min<Duration>(timeout, std::chrono::hours(24)));
}

class MongocSubject {
 public:
  struct Lease {
    mongoc_client_t* client = nullptr;
    bool is_valid = true;
  };

  explicit MongocSubject(const sim::Environment<StdPlatform>& environment)
      : pool_(environment.factory, static_cast<std::uint32_t>(environment.config.max_size),
              milliseconds(environment.config.acquire_timeout)) {}

  static sim::Capabilities capabilities() {
    return {.order = {.kind = sim::Order::Kind::none},
            .timed_acquire = false,
            .idle_timeout = false,
            .max_lifetime = false,
            .validate_after_idle = false,
            .resets_on_return = false,
            .exception_safe = false,
            .observer = false,
            .double_release = false,
            .why =
                "mongoc_client_pool has one timeout for all waits, lends clients, in no order, "
                "and neither checks nor resets nor closes them before its end"};
  }

  /// Waits for the configured acquire_timeout.
  std::expected<Lease, Outcome> acquire(Duration) {
    return open(mongoc_client_pool_pop(pool_.get()), Outcome::timed_out);
  }
  std::expected<Lease, Outcome> try_acquire() {
    return open(mongoc_client_pool_try_pop(pool_.get()), Outcome::exhausted);
  }
  void invalidate(Lease& lease) { lease.is_valid = false; }
  void release(Lease& lease) {
    if (!lease.is_valid) pool_.disconnect(lease.client);
    mongoc_client_pool_push(pool_.get(), lease.client);
  }
  DbClient* client(Lease& lease) { return pool_.find(lease.client); }
  void resize(std::size_t, std::size_t max_size) {
    mongoc_client_pool_max_size(pool_.get(), static_cast<std::uint32_t>(max_size));
  }

 private:
  std::expected<Lease, Outcome> open(mongoc_client_t* client, Outcome when_none) {
    if (client == nullptr) return std::unexpected(when_none);
    if (pool_.open(client) != nullptr) return Lease{.client = client};
    mongoc_client_pool_push(pool_.get(), client);
    return std::unexpected(Outcome::connect_failed);
  }

  ClientPool pool_;
};

}  // namespace

sim::SubjectEntry mongoc_entry() {
  start_mongoc();
  return sim::as_is_subject<MongocSubject>(
      "mongoc",
      "mongoc_client_pool of MongoDB's C driver, unmodified: one timeout for all waits.");
}

}  // namespace poolproof::subjects
