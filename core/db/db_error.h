#pragma once
// What a database call can answer instead of a result, in words that all databases share.

#include <cstdint>
#include <string>
#include <string_view>

namespace poolproof {

enum class DbErrorKind : std::uint8_t {
  connection_failed,  ///< no session could be opened
  connection_lost,    ///< there was a session; it is of no more use
  timed_out,          ///< the call's deadline passed
  rejected,           ///< the server answered with an error that is none of those below
  exception,          ///< the client threw; what it said is in `message`

  unique_violation,
  foreign_key_violation,
  not_null_violation,
  check_violation,
  exclusion_violation,

  serialization_failure,  ///< the transaction cannot be put into an order with others
  deadlock,               ///< the transaction was chosen to end a deadlock
  busy,                   ///< a lock was not to be had in time
  statement_outdated,     ///< prepared for tables that have changed since; the next time it is new
  transaction_aborted,    ///< an earlier error ended the transaction: roll back
  ambiguous_commit,       ///< the session was lost during the commit: it may have taken effect

  syntax_error,
  undefined_name,     ///< no such table, column, function, ...
  permission_denied,  ///< also: a wrong password
  read_only,  ///< the transaction may only read, as on a standby, and on what was a primary
  resource_exhausted,  ///< too many connections, disk or memory full
  conversion,          ///< a value cannot be had as the wanted type without loss
  misuse,              ///< the caller's mistake, found before the database saw anything
};

std::string_view to_string(DbErrorKind kind) noexcept;

/// A failed call to a database. Holds no passwords and no parameter as it was given; what the
/// statement makes of one, such as its half, or writes into its text itself, the message may have.
struct DbError {
  DbErrorKind kind = DbErrorKind::rejected;
  std::string message{};     ///< the server's words, or ours
  std::string code{};        ///< SQLSTATE, or SQLite's extended code as a number; or empty
  std::string statement{};   ///< the SQL that failed, or its first KiB; or empty
  std::string constraint{};  ///< the one violated; empty where there is none or the database does
                             ///< not name it, as SQLite does not

  friend bool operator==(const DbError&, const DbError&) = default;
};

/// Whether the whole transaction may be run again: it surely had no effect, and may well succeed
/// the next time. False for everything that is not known to be so.
[[nodiscard]] bool is_retry_safe(const DbError& error) noexcept;

/// Whether the session is of no more use, so that its lease should be invalidated.
[[nodiscard]] constexpr bool is_session_lost(DbErrorKind kind) noexcept {
  return kind == DbErrorKind::connection_failed || kind == DbErrorKind::connection_lost ||
         kind == DbErrorKind::exception || kind == DbErrorKind::ambiguous_commit;
}
[[nodiscard]] bool is_session_lost(const DbError& error) noexcept;

/// `sql`, if it is longer than 1 KiB without the rest, for which "..." then stands: a text of a
/// megabyte explains no error. Characters of UTF-8 stay whole.
std::string kept_of_statement(std::string_view sql);

/// "unique_violation (23505): duplicate key value ... in: insert into ...": kind, code, message
/// and statement, as far as there are. The statement is cut off as above.
std::string to_string(const DbError& error);

}  // namespace poolproof
