#include <poolproof/drivers/sqlite/sqlite_error.h>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>
#include <vector>

#include <poolproof/core/db/without_values.h>

namespace poolproof {
namespace {

DbErrorKind kind_of_constraint(int extended_code) noexcept {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return DbErrorKind::unique_violation;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return DbErrorKind::foreign_key_violation;
    case SQLITE_CONSTRAINT_NOTNULL:
      return DbErrorKind::not_null_violation;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_TRIGGER:  // raise(abort, ...): a check in the only form that it left.
      return DbErrorKind::check_violation;
    case SQLITE_CONSTRAINT_DATATYPE:
      return DbErrorKind::conversion;
    default:
      return DbErrorKind::rejected;
  }
}

/// Of SQLITE_ERROR, which says everything that SQLite found while it read the statement.
DbErrorKind kind_of_message(std::string_view message) noexcept {
  constexpr std::array syntax = {": syntax error", "incomplete input", "unrecognized token"};
  constexpr std::array names = {"no such ", "has no column named", "unknown database"};
  const auto is_in = [&](std::string_view part) {
    return message.find(part) != std::string_view::npos;
  };
  if (std::any_of(syntax.begin(), syntax.end(), is_in)) return DbErrorKind::syntax_error;
  if (std::any_of(names.begin(), names.end(), is_in)) return DbErrorKind::undefined_name;
  return DbErrorKind::rejected;
}

bool is_in_word(char c) noexcept {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c & 0x80) != 0;
}

/// A full-text search or a path of JSON is read like a statement of its own, and what is wrong
/// with it told by a word of it.
std::vector<Value> words_of(std::span<const Value> parameters) {
  std::vector<Value> words;
  for (const Value& parameter : parameters) {
    const auto* const text = parameter.get_if<std::string>();
    if (text == nullptr) continue;
    for (auto begin = text->begin(); begin != text->end();) {
      begin = std::find_if(begin, text->end(), is_in_word);
      const auto end = std::find_if_not(begin, text->end(), is_in_word);
      if (begin != end) words.emplace_back(std::string_view(begin, end));
      begin = end;
    }
  }
  return words;
}

}  // namespace

DbErrorKind kind_of(int extended_code, std::string_view message) noexcept {
  if (extended_code == SQLITE_BUSY_SNAPSHOT) return DbErrorKind::serialization_failure;
  switch (extended_code & 0xff) {
    case SQLITE_ERROR:
      return kind_of_message(message);
    case SQLITE_CONSTRAINT:
      return kind_of_constraint(extended_code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return DbErrorKind::busy;
    case SQLITE_INTERRUPT:
      return DbErrorKind::timed_out;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return DbErrorKind::connection_lost;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return DbErrorKind::permission_denied;
    case SQLITE_FULL:
    case SQLITE_NOMEM:
    case SQLITE_TOOBIG:
      return DbErrorKind::resource_exhausted;
    case SQLITE_MISMATCH:
      return DbErrorKind::conversion;
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return DbErrorKind::misuse;
    default:
      return DbErrorKind::rejected;
  }
}

std::string cause_of(sqlite3& db, int extended_code) {
  const int code = extended_code & 0xff;
  const int number = sqlite3_system_errno(&db);
  if (number == 0 || (code != SQLITE_CANTOPEN && code != SQLITE_IOERR)) return "";
  return ": " + std::generic_category().message(number);
}

DbError sqlite_error(sqlite3& db, int code, std::string_view sql,
                     std::span<const Value> parameters) {
  std::string message = sqlite3_errmsg(&db);
  const DbErrorKind kind = kind_of(code, message);
  message = without_values(std::move(message), parameters);
  if (code == SQLITE_ERROR) message = without_values(std::move(message), words_of(parameters));
  return {kind, message + cause_of(db, code), std::to_string(code), kept_of_statement(sql)};
}

DbError own_error(DbErrorKind kind, std::string message, std::string_view sql) {
  return {kind, std::move(message), "", kept_of_statement(sql)};
}

}  // namespace poolproof
