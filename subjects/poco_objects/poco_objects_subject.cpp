#include <poolproof/subjects/poco_objects/poco_objects_subject.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <expected>
#include <limits>

#include <Poco/ObjectPool.h>

#include <poolproof/subjects/poco_objects/session_factory.h>

namespace poolproof::subjects {
namespace {

using sim::Outcome;

/// What borrowObject takes: milliseconds rounded up, so that the pool cannot be blamed for an
/// early end.
long milliseconds(Duration timeout) {
  constexpr std::chrono::milliseconds most(std::numeric_limits<std::int32_t>::max());
  const auto bounded = std::clamp<Duration>(timeout, Duration::zero(), most);
  return static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(bounded).count());
}

class PocoObjectsSubject {
 public:
  using Lease = PooledSession*;

  explicit PocoObjectsSubject(const sim::Environment<StdPlatform>& environment)
      : pool_(SessionFactory(environment.factory, environment.config.reset_on_return),
              environment.config.max_size, environment.config.max_size) {}

  static sim::Capabilities capabilities() {
    return {.order = {.kind = sim::Order::Kind::none},
            .idle_timeout = false,
            .max_lifetime = false,
            .connect_outside_lock = false,
            .exception_safe = false,
            .observer = false,
            .double_release = false,
            .why =
                "Poco::ObjectPool creates, activates and destroys objects under its lock, lets "
                "what its factory throws pass, knows no age and no order, and cannot be closed "
                "or resized"};
  }

  /// The pool does not know "for ever": who wants that asks again.
  std::expected<Lease, Outcome> acquire(Duration timeout) {
    for (;;) {
      auto lease = borrow(milliseconds(timeout), Outcome::timed_out);
      if (lease || lease.error() != Outcome::timed_out || timeout != Duration::max()) return lease;
    }
  }
  std::expected<Lease, Outcome> try_acquire() { return borrow(0, Outcome::exhausted); }
  void invalidate(Lease& lease) { lease->is_valid = false; }
  void release(Lease& lease) { pool_.returnObject(lease); }
  DbClient* client(Lease& lease) { return lease->client.get(); }

 private:
  std::expected<Lease, Outcome> borrow(long timeout_ms, Outcome when_null) {
    try {
      Lease lease = pool_.borrowObject(timeout_ms);
      if (lease == nullptr) return std::unexpected(when_null);
      return lease;
    } catch (const ConnectFailed&) {
      return std::unexpected(Outcome::connect_failed);
    } catch (const SessionLost&) {
      return std::unexpected(Outcome::failed);
    }
  }

  Poco::ObjectPool<PooledSession, PooledSession*, SessionFactory> pool_;
};

}  // namespace

sim::SubjectEntry poco_objects_entry() {
  return sim::as_is_subject<PocoObjectsSubject>(
      "poco-objects", "Poco::ObjectPool, unmodified: objects made as needed, with a timed wait.");
}

}  // namespace poolproof::subjects
