#pragma once
// Which SQL a database speaks, and how it spells what all of them have. What is done with it:
// query_builder.h.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <poolproof/core/db/db_error.h>

namespace poolproof {

/// MySQL also stands for MariaDB.
enum class Dialect : std::uint8_t { sqlite, postgresql, mysql };

constexpr std::string_view to_string(Dialect dialect) noexcept {
  switch (dialect) {
    case Dialect::sqlite:
      return "sqlite";
    case Dialect::postgresql:
      return "postgresql";
    case Dialect::mysql:
      return "mysql";
  }
  return "unknown";
}

/// Whether insert, update and delete can answer with the rows they touched (SQLite: since 3.35).
constexpr bool has_returning(Dialect dialect) noexcept {
  return dialect != Dialect::mysql;
}

/// Whether a placeholder names its parameter by number. Where not, each placeholder takes the next
/// parameter.
constexpr bool has_numbered_placeholders(Dialect dialect) noexcept {
  return dialect != Dialect::mysql;
}

/// Whether an insert says ON CONFLICT for rows that are there already; MySQL has INSERT IGNORE and
/// ON DUPLICATE KEY UPDATE.
constexpr bool has_on_conflict(Dialect dialect) noexcept {
  return dialect != Dialect::mysql;
}

/// "true" and "false", or "1" and "0" where these are the same (SQLite before 3.23 has no others).
constexpr std::string_view boolean_literal(Dialect dialect, bool value) noexcept {
  if (dialect == Dialect::postgresql) return value ? "true" : "false";
  return value ? "1" : "0";
}

/// "$2", "?2" or "?": where the parameter of that number, counted from 1, is to stand.
std::string placeholder(Dialect dialect, std::size_t number);

/// `name` as one identifier, whatever is in it: in double quotes, in MySQL's backticks, its own
/// quotes doubled. Errors: misuse when it is empty or has a NUL byte, which no database takes.
std::expected<std::string, DbError> quote_identifier(Dialect dialect, std::string_view name);

/// "LIMIT 10 OFFSET 20", as far as there are such; an offset alone needs a limit in SQLite and
/// MySQL. Neither may be negative.
std::string limit_clause(Dialect dialect, std::optional<std::int64_t> limit,
                         std::optional<std::int64_t> offset);

/// What an upsert would have inserted into a column, whose name is quoted already:
/// excluded."name" or VALUES(`name`).
std::string incoming_value(Dialect dialect, std::string_view quoted_column);

}  // namespace poolproof
