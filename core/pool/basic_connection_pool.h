#pragma once
// The pool, templated on the seam between it and the machine. Use ConnectionPool
// (connection_pool.h) unless you bring a Platform of your own.
//
// A Platform has the types mutex, condition_variable, atomic<T>, thread, stop_token, stop_source
// and stop_callback<F> with the standard's names and meanings, spin_mutex (core/spin_mutex.h),
// parker (core/parker.h), a clock, and
//   static std::cv_status wait_until(condition_variable&, std::unique_lock<mutex>&, clock&,
//   Instant deadline);
//   static thread start_thread(Work&&);
//   static auto this_thread_id();           what it returns can be compared, and made from nothing
// and, if it is to watch leases without being told to (PoolConfig::misuse_checks),
//   static bool watches_leases();

#include <cstddef>
#include <expected>
#include <new>
#include <source_location>
#include <stdexcept>
#include <string>

#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/lease.h>
#include <poolproof/core/pool/pause.h>
#include <poolproof/core/pool/pool_config.h>
#include <poolproof/core/pool/pool_core.h>
#include <poolproof/core/pool/pool_metrics.h>
#include <poolproof/core/pool/pool_observer.h>

namespace poolproof {

/// Hands out at most max_size connections, first come, first served. Any thread may call any
/// operation but the destructor, during which acquires may be queued and a drain may wait, and
/// nothing else may be under way. No operation holds the pool's lock while it calls a client, the
/// factory or the observer, so each of these may call the pool. Factory, clock and observer must
/// outlive the pool and its last lease.
template <class Platform>
class BasicConnectionPool {
 public:
  using Clock = typename Platform::clock;
  using StopToken = typename Platform::stop_token;

  /// Opens no connection. Errors: std::invalid_argument with every rule that `config` breaks;
  /// bad_alloc.
  BasicConnectionPool(const PoolConfig& config, DbClientFactory& factory, Clock& clock,
                      PoolObserver* observer = nullptr)
      : core_(new PoolCore<Platform>(checked(config), factory, clock, observer)) {}

  BasicConnectionPool(const BasicConnectionPool&) = delete;
  BasicConnectionPool& operator=(const BasicConnectionPool&) = delete;

  /// close(). Leases that are out stay valid; callers still waiting get `closed`.
  ~BasicConnectionPool() { core_->leave_owner(); }

  /// Takes a connection out, waiting for at most acquire_timeout, if the client's calls end by the
  /// deadline that they are given; a close on the way takes the time that it takes.
  std::expected<Lease, AcquireError> acquire(
      std::source_location taken_by = std::source_location::current()) {
    return acquire(config().acquire_timeout, taken_by);
  }

  /// Takes a connection out: an idle one, or one opened for this caller in a free slot, or the
  /// next that falls to it in the queue. Who is refused a new one waits for another while there
  /// are others. 0 does not wait for others; Duration::max() waits for ever. Errors: timed_out,
  /// closed, connect_failed.  Blocks. An idle connection costs one lock and no allocation.
  std::expected<Lease, AcquireError> acquire(
      Duration timeout, std::source_location taken_by = std::source_location::current()) {
    return core_->acquire(Caller(taken_by, timeout));
  }

  /// The same until an instant of the pool's clock.
  std::expected<Lease, AcquireError> acquire_until(
      Instant deadline, std::source_location taken_by = std::source_location::current()) {
    return core_->acquire(Caller(taken_by, deadline));
  }

  /// Each of them until `stop` is requested, too: then the caller leaves the queue at once,
  /// without what it might have been granted next, or is served first. A client's call that is
  /// under way for it is finished, and its connection goes to the next. Errors: cancelled besides.
  std::expected<Lease, AcquireError> acquire(
      const StopToken& stop, std::source_location taken_by = std::source_location::current()) {
    return acquire(config().acquire_timeout, stop, taken_by);
  }
  std::expected<Lease, AcquireError> acquire(
      Duration timeout, const StopToken& stop,
      std::source_location taken_by = std::source_location::current()) {
    return core_->acquire(Caller(taken_by, timeout), stop);
  }
  std::expected<Lease, AcquireError> acquire_until(
      Instant deadline, const StopToken& stop,
      std::source_location taken_by = std::source_location::current()) {
    return core_->acquire(Caller(taken_by, deadline), stop);
  }

  /// Takes a connection out without waiting for another caller; may connect, giving that
  /// acquire_timeout. Errors: exhausted, closed, connect_failed.
  std::expected<Lease, AcquireError> try_acquire(
      std::source_location taken_by = std::source_location::current()) {
    return core_->acquire(Caller(taken_by));
  }

  /// Opens connections until min_size are open or opening, or max_size slots are taken.
  /// Errors: a failed connect's, also one before this call when connects are paused for it;
  /// connection_failed when the pool is closed.  Blocks while it connects.
  std::expected<void, DbError> ensure_min_size() { return core_->ensure_min_size(); }

  /// Looks at every connection once: closes the expired and those idle for too long, pings the
  /// other idle ones and closes the dead, reports overdue leases, and opens up to min_size. Blocks
  /// while it pings and connects. Ends early, after the client's call under way, when `stop` is
  /// requested.
  void health_check(const StopToken& stop = StopToken()) { core_->health_check(stop); }

  /// One consistent snapshot.
  [[nodiscard]] PoolMetrics metrics() const { return core_->metrics(); }

  /// Closes idle connections that are now too many before it returns, leased ones as they come
  /// back; new slots go to waiters at once. Errors: the first rule that the limits break, or that
  /// there is no memory; nothing has changed then.
  std::expected<void, ConfigProblem> resize(std::size_t min_size, std::size_t max_size) {
    try {
      PoolConfig wanted = config();
      wanted.min_size = min_size;
      wanted.max_size = max_size;
      for (ConfigProblem& problem : wanted.validate()) {  // Also of a warning it is a list.
        if (problem.severity == ConfigProblem::Severity::error)
          return std::unexpected(std::move(problem));
      }
      core_->resize({.min_size = min_size, .max_size = max_size});
    } catch (const std::bad_alloc&) {
      return std::unexpected(ConfigProblem{
          .field = "max_size", .value = std::to_string(max_size), .rule = "out of memory"});
    }
    return {};
  }

  /// Every connection opened or being opened before this call is closed: idle ones before it
  /// returns, the others no later than their release. Blocks while it closes.
  void evict_all() { core_->evict_all(); }

  /// Refuses new callers, wakes every waiter with `closed`, and closes idle connections. A second
  /// call does nothing.
  void close() { core_->close(); }

  /// close(), then waits until every lease has ended and every session is closed, for at most
  /// `timeout` from when the idle ones are closed. Returns the leases still out after it.
  std::size_t drain(Duration timeout) { return core_->drain(timeout); }

  /// Sleeps until `end`, an instant of the pool's clock. Returns whether it came to the end: false
  /// as soon as `stop` is requested.
  bool pause_until(Instant end, const StopToken& stop) {
    return poolproof::pause_until<Platform>(clock(), end, stop);
  }

  /// As handed to the constructor.
  [[nodiscard]] const PoolConfig& config() const noexcept { return core_->config(); }
  [[nodiscard]] Clock& clock() const noexcept { return core_->clock(); }

 private:
  static const PoolConfig& checked(const PoolConfig& config) {
    std::string broken;
    for (const ConfigProblem& problem : config.validate()) {
      if (problem.severity != ConfigProblem::Severity::error) continue;
      broken += (broken.empty() ? "" : "; ") + problem.message();
    }
    if (!broken.empty()) throw std::invalid_argument(broken);
    return config;
  }

  PoolCore<Platform>* const core_;  // owned; deletes itself when nobody needs it
};

}  // namespace poolproof
