#pragma once
// Where a PostgreSQL server is, and how a session with it behaves. Every knob with its default.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/pool_config.h>

namespace poolproof {

/// What reset() undoes. An open transaction is always rolled back.
enum class PostgresReset : std::uint8_t {
  /// Settings, roles, temporary tables, cursors, LISTEN, advisory locks and sequence caches, in
  /// one round trip, but only when a statement since the last reset may have left one of them
  /// behind; else reset() costs nothing.
  ///
  /// What counts as leaving nothing: transaction control, and select, insert, update, delete,
  /// merge, values, table, with and lock, unless the text contains "set_config", "advisory",
  /// "dblink" or, in a select, "into".
  ///
  /// What is not seen, so that the next lease finds it; choose `always` where that matters:
  /// - the number that an insert took from a sequence: lastval() and currval() answer with it;
  /// - a setting changed inside a function of your own;
  /// - one of these words where it is spelled in escapes, U&"set\005fconfig".
  on_demand,
  always,       ///< the same, after every lease. Prepared statements are kept.
  discard_all,  ///< DISCARD ALL after every lease: prepared statements go, too
};

/// What stands between client and server.
enum class PostgresSessions : std::uint8_t {
  /// A proxy is noticed when the session begins, and taken for one that shares.
  detect,
  /// Whatever is in between, if anything, keeps one session of the server for each of ours, as
  /// PgBouncer does in its session mode.
  kept,
  /// A proxy gives each transaction whatever session of the server is free, as PgBouncer does in
  /// its transaction mode. Then what a session would keep beyond a transaction (a setting, LISTEN,
  /// an advisory lock, a temporary table, ...) is refused where the statement shows it, reset()
  /// only rolls back, and statements within a transaction are not kept prepared.
  shared,
};

/// libpq's own words are used where there are some.
struct PostgresOptions {
  /// "postgresql://user:password@host:port/db?sslmode=require", or "host=... dbname=...". What it
  /// leaves out, libpq takes from its environment variables and defaults. The name of a host is
  /// looked up on a thread of its own, which may outlast the deadline; `hostaddr` avoids it. In
  /// the first form '@',
  /// ':' and '/' in a user or password must be percent-encoded. A port outside of 1 to 65535 is
  /// refused, and a host with an '@' in it that is no socket: either may be part of a password.
  std::string address;
  /// What pg_stat_activity shows. Empty: the address's, or "poolproof".
  std::string application_name{};
  /// How long a connect may take when its deadline is never. 0: for ever. Bounds: not negative.
  /// `connect_timeout` in the address has no effect.
  Duration connect_timeout = std::chrono::seconds(10);
  /// How long ping() and reset() may take, no longer than the pool's validation_timeout either
  /// way, a ping also no longer than the deadline that was set. 0: as long as those. Bounds: not
  /// negative.
  Duration call_timeout = std::chrono::seconds(5);
  /// How long a statement may take where no deadline was set: the first knob to set in production.
  /// 0: for ever. Bounds: not negative.
  Duration statement_timeout{};
  /// How long after its deadline a call waits for the server to confirm that the statement was
  /// cancelled; if it does not, the session is lost. So much longer than its deadline a call may
  /// last: with a server that is frozen a rollback with a timeout of 200 ms lasts 2.2 s. 0: it
  /// does not wait. Bounds: not negative.
  Duration cancel_grace = std::chrono::seconds(2);
  /// How many prepared statements a session keeps, the latest used. They belong to the connection
  /// and outlive the lease. 0: none: text, parameters and the wish to run it go in one round trip
  /// all the same. Bounds: up to 65,536.
  std::size_t statements_max = 256;
  PostgresReset reset = PostgresReset::on_demand;
  PostgresSessions sessions = PostgresSessions::detect;
  /// As libpq's parameters of the same name; empty: the address's.
  std::string sslmode{};
  std::string sslrootcert{};
  std::string sslcert{};
  std::string sslkey{};

  static constexpr std::size_t statements_limit = 65'536;

  /// Every rule that is broken, in order of the fields; empty when all hold. Never quotes the
  /// address, which may hold a password.
  [[nodiscard]] std::vector<ConfigProblem> validate() const;
};

}  // namespace poolproof
