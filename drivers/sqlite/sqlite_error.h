#pragma once
// SQLite's result codes in the words that all databases share. Not installed.

#include <span>
#include <string>
#include <string_view>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/value.h>

struct sqlite3;

namespace poolproof {

/// What an extended result code means; for the plain SQLITE_ERROR its message has to tell.
[[nodiscard]] DbErrorKind kind_of(int extended_code, std::string_view message) noexcept;

/// ": Too many open files", where the system has said why `db` failed; else empty.
[[nodiscard]] std::string cause_of(sqlite3& db, int extended_code);

/// The last failure of `db`, whose extended result code is `code`, with "***" for the parameters
/// of the statement. Where SQLite says no more than "error", also for the words of each text.
[[nodiscard]] DbError sqlite_error(sqlite3& db, int code, std::string_view sql,
                                   std::span<const Value> parameters = {});

/// A failure found here, before SQLite was asked.
[[nodiscard]] DbError own_error(DbErrorKind kind, std::string message, std::string_view sql);

}  // namespace poolproof
