#pragma once
// Every knob of the pool, with its default, and the rules they must keep.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/error_policy.h>

namespace poolproof {

/// One broken rule: "min_size 5: must not exceed max_size 3".
struct ConfigProblem {
  enum class Severity : std::uint8_t { warning, error };
  Severity severity = Severity::error;  ///< a warning keeps no pool from being built
  std::string field;
  std::string value;
  std::string rule;

  /// As above: field, value and rule in one line.
  [[nodiscard]] std::string message() const;
  friend bool operator==(const ConfigProblem&, const ConfigProblem&) = default;
};

/// Whether the use of leases is watched: see PoolConfig::misuse_checks.
enum class MisuseChecks : std::uint8_t {
  as_built,  ///< if the library was built for debugging, without NDEBUG
  off,
  on,
};

/// Names as in HikariCP's documentation. A Duration of 0 means "now" for a wait and "never" for an
/// expiry; none may be negative, and Duration::max() is "for ever" where one waits. A value: the
/// pool keeps a copy, and only resize() changes what it holds to.
///
/// Example:
///   const PoolConfig config{.max_size = 20, .acquire_timeout = std::chrono::seconds(1)};
///   for (const ConfigProblem& problem : config.validate())
///     std::cerr << problem.message() << "\n";
struct PoolConfig {
  /// Connections kept open even when idle. ensure_min_size() and health_check() open up to it; the
  /// constructor opens none. Bounds: 0 to max_size.
  std::size_t min_size = 2;
  /// Sessions opening, open or closing at any time. Bounds: 1 to max_size_limit.
  std::size_t max_size = 10;
  /// How long acquire() waits when no timeout is passed. 0: it does not wait.
  Duration acquire_timeout = std::chrono::seconds(5);
  /// An idle connection above min_size is closed by the next health check after this long. 0:
  /// never.
  Duration idle_timeout = std::chrono::minutes(5);
  /// A connection older than this is closed: idle ones by the next health check, leased ones when
  /// they come back. Each connection's own limit is up to 10 % shorter: those opened one after the
  /// other share that tenth out evenly, beginning at a place given by `seed`, so that at most two
  /// more than their part expire in any part of it. 0: never.
  Duration max_lifetime = std::chrono::minutes(30);
  /// How often Maintenance runs health_check(). 0: never.
  Duration health_check_interval = std::chrono::minutes(1);
  /// A connection idle for longer is pinged before it is handed out, so that the first callers
  /// after a restart of the server do not pay for it. 0: never.
  Duration validate_after_idle = std::chrono::milliseconds(500);
  /// How long a ping or a reset may take, where no caller's deadline is nearer. 0: as long as it
  /// likes.
  Duration validation_timeout = std::chrono::seconds(5);
  /// How long no connect begins after a refused one: doubled with each further one up to
  /// connect_backoff_max, of which the upper half is by chance from `seed`, until a connect goes
  /// well. Idle connections are handed out meanwhile. 0: no pause.
  Duration connect_backoff = std::chrono::milliseconds(10);
  /// The longest pause. Bounds: connect_backoff up.
  Duration connect_backoff_max = std::chrono::seconds(1);
  /// How many connects of ensure_min_size(), or pings of a health check, run beside each other;
  /// each beyond the first on a thread that lives as long as the call. Bounds: 1 to
  /// max_size_limit.
  std::size_t calls_at_once = 1;
  /// Whether a caller whose connect was refused goes on waiting, at its place in the queue, while
  /// the pool has other connections. Without a pause after a refusal it cannot.
  bool wait_when_refused = true;
  /// A lease held longer, counted from its checkout, is reported once to the observer. 0: never.
  Duration leak_threshold = Duration::zero();
  /// Whether DbClient::reset() is called when a lease ends. It is called in any case when a
  /// transaction was left open.
  bool reset_on_return = true;
  /// What an error closes that a lease's holder reports. Null: nothing.
  ErrorPolicy error_policy = &condemned_by_default;
  /// How long a caller waits for a session to close, all that are closed together; what is left
  /// goes on on a thread of its own, and its slot counts until it ends. Factory, clock and
  /// observer must last until then: drain() waits for it. For drivers whose close may hang, which
  /// those of this project do not. 0: it closes on the caller's thread, as long as that takes.
  Duration close_timeout = Duration::zero();
  /// Whether a client that two threads use at once, or that is used after its lease has ended,
  /// stops the program with a sentence that names both places. Costs some 100 ns for each lease
  /// and each call. What a lease hands out is then no object of the driver's class.
  MisuseChecks misuse_checks = MisuseChecks::as_built;
  /// Where the jitter of max_lifetime and of connect_backoff begins.
  std::uint64_t seed = 0;

  static constexpr std::size_t max_size_limit = 65'536;

  /// Every rule that is broken, in order of the fields; empty when all hold. Warnings do not keep
  /// a pool from being built; errors do.
  [[nodiscard]] std::vector<ConfigProblem> validate() const;

  friend bool operator==(const PoolConfig&, const PoolConfig&) = default;
};

}  // namespace poolproof
