#pragma once
// Values on their way into SQLite, which knows five kinds, and out of it again. Not installed.

#include <cstdint>
#include <string_view>

#include <poolproof/core/db/value.h>

struct sqlite3_stmt;

namespace poolproof {

/// What a column's declared type says about its values that their storage class does not.
enum class ColumnMeaning : std::uint8_t { plain, boolean, timestamp, decimal };

/// By the first word: BOOL, BOOLEAN; DATETIME, TIMESTAMP, TIMESTAMPTZ; DECIMAL, NUMERIC. In
/// letters of either case, up to the first character that is none, so that DECIMAL_TEXT(10,2) is a
/// decimal.
[[nodiscard]] ColumnMeaning meaning_of(std::string_view declared_type) noexcept;

/// Why SQLite cannot hold `value`; empty if it can.
[[nodiscard]] std::string_view refusal_of(const Value& value) noexcept;

/// Binds a value that is not refused, which must stay in place until the bindings are cleared.
/// `place` counts from 1. Returns SQLite's result code.
[[nodiscard]] int bind_value(sqlite3_stmt& statement, int place, const Value& value);

/// Assigns the current row's value. What does not look like the column's meaning keeps its storage
/// class. Errors: std::bad_alloc.
void read_value(sqlite3_stmt& statement, int column, ColumnMeaning meaning, Value& value);

}  // namespace poolproof
