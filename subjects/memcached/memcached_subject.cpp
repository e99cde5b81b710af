#include <poolproof/subjects/memcached/memcached_subject.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <expected>

#include <poolproof/subjects/client_calls.h>
#include <poolproof/subjects/memcached/handle_pool.h>

namespace poolproof::subjects {
namespace {

using sim::Outcome;

timespec to_timespec(Duration timeout) {
  const auto bounded =
      std::clamp<Duration>(timeout, Duration::zero(), std::chrono::hours(24 * 365));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(bounded);
  return {.tv_sec = seconds.count(), .tv_nsec = (bounded - seconds).count()};
}

class MemcachedSubject {
 public:
  struct Lease {
    memcached_st* handle = nullptr;
    bool is_valid = true;
  };

  explicit MemcachedSubject(const sim::Environment<StdPlatform>& environment)
      : pool_(environment.factory, static_cast<std::uint32_t>(environment.config.max_size)) {}

  static sim::Capabilities capabilities() {
    return {.order = {.kind = sim::Order::Kind::none},
            .idle_timeout = false,
            .max_lifetime = false,
            .validate_after_idle = false,
            .resets_on_return = false,
            .exception_safe = false,
            .observer = false,
            .double_release = false,
            .why =
                "the pool of libmemcachedutil lends handles, in no order, and neither checks nor "
                "resets nor closes them before its end"};
  }

  /// The pool does not know "for ever": who wants that asks again.
  std::expected<Lease, Outcome> acquire(Duration timeout) {
    for (;;) {
      auto lease = fetch(timeout, Outcome::timed_out);
      if (lease || lease.error() != Outcome::timed_out || timeout != Duration::max()) return lease;
    }
  }
  std::expected<Lease, Outcome> try_acquire() {
    return fetch(Duration::zero(), Outcome::exhausted);
  }
  void invalidate(Lease& lease) { lease.is_valid = false; }
  /// Of an invalid handle the session is closed first, as memcached_quit() does: it connects again
  /// when it is used next.
  void release(Lease& lease) {
    if (!lease.is_valid) session_of(*lease.handle).client.reset();
    memcached_pool_release(pool_.get(), lease.handle);
  }
  DbClient* client(Lease& lease) { return session_of(*lease.handle).client.get(); }

 private:
  std::expected<Lease, Outcome> fetch(Duration timeout, Outcome when_none) {
    timespec relative = to_timespec(timeout);
    memcached_return_t answer{};
    Lease lease{.handle = memcached_pool_fetch(pool_.get(), &relative, &answer)};
    if (lease.handle == nullptr) {
      const bool is_refused = answer == MEMCACHED_NOTFOUND || answer == MEMCACHED_TIMEOUT;
      return std::unexpected(is_refused ? when_none : Outcome::failed);
    }
    HandleSession& session = session_of(*lease.handle);
    if (session.client == nullptr)
      session.client = connect_or_null(session.database, Instant::max());
    if (session.client != nullptr) return lease;
    release(lease);
    return std::unexpected(Outcome::connect_failed);
  }

  HandlePool pool_;
};

}  // namespace

sim::SubjectEntry memcached_entry() {
  return sim::as_is_subject<MemcachedSubject>(
      "memcached", "The pool of libmemcachedutil, unmodified: handles with a timed wait.");
}

}  // namespace poolproof::subjects
