#include <poolproof/subjects/zdb/zdb_subject.h>

#include <algorithm>
#include <chrono>
#include <expected>

#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/zdb/mysql_client.h>

namespace poolproof::subjects {
namespace {

using sim::Outcome;

/// libzdb counts in whole seconds, of which it wants at least one; 0 becomes a year.
int seconds(Duration timeout) {
  constexpr Duration never = std::chrono::hours(24 * 365);
  const Duration bounded = timeout == Duration::zero() ? never : std::min(timeout, never);
  return static_cast<int>(std::chrono::ceil<std::chrono::seconds>(bounded).count());
}

class ZdbSubject {
 public:
  using Lease = Connection_T;

  explicit ZdbSubject(const sim::Environment<StdPlatform>& environment)
      : source_(ClientRegistry::instance(), {&environment.factory, &environment.clock}),
        url_(URL_new(mysql_url(source_.connection_string()).c_str())),
        pool_(ConnectionPool_new(url_)) {
    const PoolConfig& config = environment.config;
    ConnectionPool_setInitialConnections(pool_, 0);
    ConnectionPool_setMaxConnections(pool_, static_cast<int>(config.max_size));
    ConnectionPool_setConnectionTimeout(pool_, seconds(config.idle_timeout));
    if (environment.maintenance)
      ConnectionPool_setReaper(pool_, seconds(config.health_check_interval));
    ConnectionPool_start(pool_);
  }
  ZdbSubject(const ZdbSubject&) = delete;
  ZdbSubject& operator=(const ZdbSubject&) = delete;
  ~ZdbSubject() {
    ConnectionPool_free(&pool_);
    URL_free(&url_);
  }

  static sim::Capabilities capabilities() {
    return {.order = {.kind = sim::Order::Kind::none},
            .timed_acquire = false,
            .idle_timeout = false,
            .max_lifetime = false,
            .resets_on_return = false,
            .connect_outside_lock = false,
            .connect_errors = false,
            .exception_safe = false,
            .observer = false,
            .double_release = false,
            .why =
                "libzdb's pool answers at once, with a connection or with nothing and without a "
                "reason, connects and pings under its lock, counts idle time in whole seconds, "
                "knows no order, and may be stopped only when no connection is out"};
  }

  std::expected<Lease, Outcome> acquire(Duration) { return try_acquire(); }
  std::expected<Lease, Outcome> try_acquire() {
    Lease lease = ConnectionPool_getConnection(pool_);
    if (lease == nullptr) return std::unexpected(Outcome::exhausted);
    return lease;
  }
  void release(Lease& lease) { Connection_close(lease); }
  DbClient* client(Lease& lease) { return session_below(lease); }
  void health_check() { ConnectionPool_reapConnections(pool_); }

 private:
  ClientRegistry::Entry source_;
  URL_T url_;
  ConnectionPool_T pool_;
};

}  // namespace

sim::SubjectEntry zdb_entry() {
  return sim::as_is_subject<ZdbSubject>(
      "zdb", "libzdb's ConnectionPool, unmodified: connections opened as needed, no waiting.");
}

}  // namespace poolproof::subjects
