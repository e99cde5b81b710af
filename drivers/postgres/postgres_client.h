#pragma once
// Sessions with PostgreSQL, through libpq, which is never let block: every wait is a poll() that
// ends at the call's deadline.
//
//   PostgresFactory factory({.address = "postgresql://app:secret@db/shop"}, clock);
//   ConnectionPool pool(config, factory, clock);
//
// Values and PostgreSQL's types:
//
//   value        PostgreSQL's types
//   boolean      boolean
//   integer      int2, int4, int8, oid
//   real         float8; float4, widened
//   text         text, varchar, ..., and every type that stands in no other line, as it prints
//                itself
//   blob         bytea
//   timestamp    timestamptz; timestamp, which is read as UTC
//   decimal      numeric
//
// Parameters ($1, $2, ...) of all kinds but text are sent as that type, text and null without one,
// so that the server finds out which is meant: 'today' may go into a date, null anywhere. Integers
// go as int8: where the server wants another type and does not convert, write $1::int.

#include <expected>
#include <memory>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>
#include <poolproof/drivers/postgres/postgres_options.h>

namespace poolproof {

/// Opens sessions with one server. Any thread.
///
/// What its clients do beyond DbClient:
/// - Errors have SQLSTATE as their code and the server's primary message, without details, which
///   hold values, and without the parameters. A session lost during `commit` is an
///   ambiguous_commit, and a commit that the server answers with a rollback, after an earlier
///   error, is transaction_aborted.
/// - A statement that was prepared for tables that have changed since is prepared anew and run
///   again; in a transaction, which the server has then ended, the call answers
///   statement_outdated.
/// - At its deadline a statement is cancelled. If the server confirms, the call answers timed_out
///   and the session stays usable (an open transaction is then aborted); a statement that ended
///   before the cancel reached it answers as it ended. If the server does not confirm within
///   cancel_grace, the call answers connection_lost. What was not sent before its deadline is not
///   sent at all, nor is a transaction then aborted.
/// - A stream that `visit` ends early is cancelled when it is a select outside of a transaction;
///   the rest of any other is read and dropped, since a cancel would undo what it did. Of a
///   select, too, a cancel undoes what functions in it have written: see such a stream through, or
///   open a transaction.
/// - Behind a proxy see PostgresSessions: misuse for what its sessions would keep or lose.
/// - misuse: several statements in one text, another number of parameters than placeholders, more
///   than 65,535 of them, text with a NUL in it, copy, a call from inside of `visit`.
/// - Closing never waits for the server.
class PostgresFactory final : public DbClientFactory {
 public:
  /// Opens no session. `clock` is the one whose instants the deadlines are, and keeps the pace of
  /// real time; it outlives the factory and its clients. Errors: std::invalid_argument with every
  /// rule that `options` break.
  PostgresFactory(PostgresOptions options, Clock& clock);

  /// Errors: connection_failed; timed_out; permission_denied, such as a wrong password;
  /// resource_exhausted, such as too many connections.  Blocks until `deadline`, or
  /// connect_timeout where that is never.
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override;

 private:
  const PostgresOptions options_;
  Clock& clock_;
};

}  // namespace poolproof
