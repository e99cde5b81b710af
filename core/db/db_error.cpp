#include <poolproof/core/db/db_error.h>

#include <poolproof/core/db/utf8_prefix.h>

namespace poolproof {

std::string_view to_string(DbErrorKind kind) noexcept {
  switch (kind) {
    case DbErrorKind::connection_failed:
      return "connection_failed";
    case DbErrorKind::connection_lost:
      return "connection_lost";
    case DbErrorKind::timed_out:
      return "timed_out";
    case DbErrorKind::rejected:
      return "rejected";
    case DbErrorKind::exception:
      return "exception";
    case DbErrorKind::unique_violation:
      return "unique_violation";
    case DbErrorKind::foreign_key_violation:
      return "foreign_key_violation";
    case DbErrorKind::not_null_violation:
      return "not_null_violation";
    case DbErrorKind::check_violation:
      return "check_violation";
    case DbErrorKind::exclusion_violation:
      return "exclusion_violation";
    case DbErrorKind::serialization_failure:
      return "serialization_failure";
    case DbErrorKind::deadlock:
      return "deadlock";
    case DbErrorKind::busy:
      return "busy";
    case DbErrorKind::statement_outdated:
      return "statement_outdated";
    case DbErrorKind::transaction_aborted:
      return "transaction_aborted";
    case DbErrorKind::ambiguous_commit:
      return "ambiguous_commit";
    case DbErrorKind::syntax_error:
      return "syntax_error";
    case DbErrorKind::undefined_name:
      return "undefined_name";
    case DbErrorKind::permission_denied:
      return "permission_denied";
    case DbErrorKind::read_only:
      return "read_only";
    case DbErrorKind::resource_exhausted:
      return "resource_exhausted";
    case DbErrorKind::conversion:
      return "conversion";
    case DbErrorKind::misuse:
      return "misuse";
  }
  return "unknown";
}

bool is_retry_safe(const DbError& error) noexcept {
  return error.kind == DbErrorKind::serialization_failure || error.kind == DbErrorKind::deadlock ||
         error.kind == DbErrorKind::busy || error.kind == DbErrorKind::statement_outdated;
}

bool is_session_lost(const DbError& error) noexcept {
  return is_session_lost(error.kind);
}

std::string kept_of_statement(std::string_view sql) {
  constexpr std::size_t bytes_max = 1024;
  constexpr std::string_view dots = "...";
  const bool is_kept = sql.size() <= bytes_max + dots.size() && sql.ends_with(dots);
  if (sql.size() <= bytes_max || is_kept) return std::string(sql);
  return std::string(utf8_prefix(sql, bytes_max)).append(dots);
}

std::string to_string(const DbError& error) {
  std::string text(to_string(error.kind));
  if (!error.code.empty()) text += " (" + error.code + ")";
  if (!error.message.empty()) text += ": " + error.message;
  if (!error.statement.empty()) text += " in: " + kept_of_statement(error.statement);
  return text;
}

}  // namespace poolproof
