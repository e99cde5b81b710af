#include <poolproof/drivers/sqlite/sqlite_values.h>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <new>
#include <span>
#include <string>
#include <utility>

#include <poolproof/core/db/timestamp.h>

namespace poolproof {
namespace {

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// `word` is in capitals.
bool is_word(std::string_view text, std::string_view word) noexcept {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char c, char wanted) { return (c & ~0x20) == wanted; });
}

int bind_text(sqlite3_stmt& statement, int place, const std::string& text,
              sqlite3_destructor_type lifetime) {
  return sqlite3_bind_text64(&statement, place, text.data(), text.size(), lifetime, SQLITE_UTF8);
}

int bind_blob(sqlite3_stmt& statement, int place, const Blob& blob) {
  // A null pointer would be NULL.
  if (blob.empty()) return sqlite3_bind_zeroblob(&statement, place, 0);
  return sqlite3_bind_blob64(&statement, place, blob.data(), blob.size(), SQLITE_STATIC);
}

std::string_view read_text(sqlite3_value& stored) {
  const void* const text = sqlite3_value_text(&stored);
  if (text == nullptr) throw std::bad_alloc();
  const auto bytes = static_cast<std::size_t>(sqlite3_value_bytes(&stored));
  return {static_cast<const char*>(text), bytes};
}

void read_text_as(ColumnMeaning meaning, std::string_view text, Value& value) {
  if (meaning == ColumnMeaning::timestamp) {
    if (const auto timestamp = parse_timestamp(text)) {
      value = *timestamp;
      return;
    }
  } else if (meaning == ColumnMeaning::decimal) {
    if (auto decimal = Decimal::parse(text)) {
      value = std::move(*decimal);
      return;
    }
  }
  value = text;
}

void read_integer_as(ColumnMeaning meaning, std::int64_t integer, Value& value) {
  if (meaning == ColumnMeaning::boolean && (integer == 0 || integer == 1))
    value = integer == 1;
  else
    value = integer;
}

Blob read_blob(sqlite3_value& stored) {
  const auto* const bytes = static_cast<const std::byte*>(sqlite3_value_blob(&stored));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(&stored));
  if (size == 0) return {};
  if (bytes == nullptr) throw std::bad_alloc();
  return {bytes, bytes + size};
}

}  // namespace

ColumnMeaning meaning_of(std::string_view declared_type) noexcept {
  const auto end = std::find_if_not(declared_type.begin(), declared_type.end(), is_letter);
  const std::string_view word(declared_type.begin(), end);
  const auto is = [&](std::string_view wanted) { return is_word(word, wanted); };
  if (is("BOOL") || is("BOOLEAN")) return ColumnMeaning::boolean;
  if (is("DATETIME") || is("TIMESTAMP") || is("TIMESTAMPTZ")) return ColumnMeaning::timestamp;
  if (is("DECIMAL") || is("NUMERIC")) return ColumnMeaning::decimal;
  return ColumnMeaning::plain;
}

std::string_view refusal_of(const Value& value) noexcept {
  if (const auto* real = value.get_if<double>(); real != nullptr && std::isnan(*real)) {
    return "it is not a number, and SQLite would make it NULL";
  }
  return {};
}

int bind_value(sqlite3_stmt& statement, int place, const Value& value) {
  if (const auto* integer = value.get_if<std::int64_t>())
    return sqlite3_bind_int64(&statement, place, *integer);
  if (const auto* text = value.get_if<std::string>())
    return bind_text(statement, place, *text, SQLITE_STATIC);
  if (const auto* real = value.get_if<double>())
    return sqlite3_bind_double(&statement, place, *real);
  if (const auto* boolean = value.get_if<bool>())
    return sqlite3_bind_int(&statement, place, *boolean ? 1 : 0);
  if (const auto* blob = value.get_if<Blob>()) return bind_blob(statement, place, *blob);
  if (const auto* timestamp = value.get_if<Timestamp>())
    return bind_text(statement, place, poolproof::to_string(*timestamp), SQLITE_TRANSIENT);
  if (const auto* decimal = value.get_if<Decimal>())
    return bind_text(statement, place, decimal->text(), SQLITE_STATIC);
  return sqlite3_bind_null(&statement, place);
}

void read_value(sqlite3_stmt& statement, int column, ColumnMeaning meaning, Value& value) {
  // Fewer calls than by sqlite3_column_*(), and as good where one thread has the session.
  sqlite3_value& stored = *sqlite3_column_value(&statement, column);
  switch (sqlite3_value_type(&stored)) {
    case SQLITE_INTEGER:
      return read_integer_as(meaning, sqlite3_value_int64(&stored), value);
    case SQLITE_TEXT:
      return read_text_as(meaning, read_text(stored), value);
    case SQLITE_FLOAT:
      value = sqlite3_value_double(&stored);
      return;
    case SQLITE_BLOB:
      value = read_blob(stored);
      return;
    default:
      value = nullptr;
  }
}

}  // namespace poolproof
