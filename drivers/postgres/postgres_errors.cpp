#include <poolproof/drivers/postgres/postgres_errors.h>

#include <algorithm>
#include <array>
#include <utility>

#include <poolproof/drivers/postgres/connection_parameters.h>

namespace poolproof::postgres {
namespace {

using Entry = std::pair<std::string_view, DbErrorKind>;

/// A code, or the two characters of its class.
constexpr std::array<Entry, 47> known_codes{{
    {"23505", DbErrorKind::unique_violation},
    {"23503", DbErrorKind::foreign_key_violation},
    {"23001", DbErrorKind::foreign_key_violation},  // by "on delete restrict"
    {"23502", DbErrorKind::not_null_violation},
    {"23514", DbErrorKind::check_violation},
    {"44000", DbErrorKind::check_violation},  // of a view
    {"23P01", DbErrorKind::exclusion_violation},
    {"40001", DbErrorKind::serialization_failure},
    {"40P01", DbErrorKind::deadlock},
    {"40003", DbErrorKind::ambiguous_commit},  // whether the statement took effect is unknown
    {"55P03", DbErrorKind::busy},
    {"25P02", DbErrorKind::transaction_aborted},
    {"57014", DbErrorKind::timed_out},
    {"42601", DbErrorKind::syntax_error},
    {"42P01", DbErrorKind::undefined_name},
    {"42P02", DbErrorKind::undefined_name},
    {"42703", DbErrorKind::undefined_name},
    {"42883", DbErrorKind::undefined_name},
    {"42704", DbErrorKind::undefined_name},
    {"3F000", DbErrorKind::undefined_name},
    {"3D000", DbErrorKind::undefined_name},
    {"34000", DbErrorKind::undefined_name},  // cursor
    {"3B001", DbErrorKind::undefined_name},  // savepoint
    {"58P01", DbErrorKind::undefined_name},  // file
    {"42501", DbErrorKind::permission_denied},
    {"25006", DbErrorKind::read_only},
    {"28000", DbErrorKind::permission_denied},
    {"28P01", DbErrorKind::permission_denied},
    {"53000", DbErrorKind::resource_exhausted},
    {"53100", DbErrorKind::resource_exhausted},
    {"53200", DbErrorKind::resource_exhausted},
    {"53300", DbErrorKind::resource_exhausted},
    {"53400", DbErrorKind::resource_exhausted},
    {"54000", DbErrorKind::resource_exhausted},
    {"54001", DbErrorKind::resource_exhausted},
    {"57P01", DbErrorKind::connection_lost},
    {"57P02", DbErrorKind::connection_lost},
    {"57P03", DbErrorKind::connection_lost},
    {"57P04", DbErrorKind::connection_lost},
    {"57P05", DbErrorKind::connection_lost},
    {"25P03", DbErrorKind::connection_lost},  // idle in transaction for too long
    {"08P01", DbErrorKind::misuse},           // not fatal: parameters that do not match
    {"08", DbErrorKind::connection_lost},
    {"28", DbErrorKind::permission_denied},
    {"53", DbErrorKind::resource_exhausted},
    {"58P02", DbErrorKind::rejected},         // a file that is there already
    {"58", DbErrorKind::resource_exhausted},  // the server's disk
}};

std::string_view field(const PGresult* result, int code) noexcept {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// The grammar's own complaints come from elsewhere. The message would be in the server's
/// language.
bool is_several_statements(const PGresult* result) noexcept {
  return field(result, PG_DIAG_SQLSTATE) == "42601" &&
         field(result, PG_DIAG_SOURCE_FUNCTION) == "exec_parse_message";
}

/// The lines that say what happened, in one: neither where in the server's source, nor hints.
std::string in_one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::string_view next = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(next.size() + 1, text.size()));
    const bool is_aside = next.empty() || next.front() == '\t' || next.starts_with("LOCATION:") ||
                          next.starts_with("DETAIL:") || next.starts_with("HINT:");
    if (is_aside) continue;
    line += (line.empty() ? "" : "; ") + std::string(next);
  }
  return line;
}

/// Takes "28P01: " out of "FATAL:  28P01: password authentication failed", and returns it.
std::string take_sqlstate(std::string& message) {
  constexpr std::string_view mark = ":  ";
  constexpr std::size_t length = 5;
  const std::size_t at = message.find(mark);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + mark.size();
  const std::string code = message.substr(begin, length);
  const bool is_code = code.size() == length && std::ranges::all_of(code, [](char c) {
                         return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
                       });
  if (!is_code || message.compare(begin + length, 2, ": ") != 0) return {};
  message.erase(begin - 1, length + 3);
  return code;
}

}  // namespace

DbErrorKind kind_of(std::string_view sqlstate) noexcept {
  for (const auto& [code, kind] : known_codes) {
    if (sqlstate.starts_with(code)) return kind;
  }
  return DbErrorKind::rejected;
}

bool is_fatal(const PGresult* result) noexcept {
  const std::string_view severity = field(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  return severity == "FATAL" || severity == "PANIC";
}

bool is_of_code(const PGresult* result, std::string_view sqlstate) noexcept {
  return field(result, PG_DIAG_SQLSTATE) == sqlstate;
}

bool is_outdated(const PGresult* result) noexcept {
  return field(result, PG_DIAG_SQLSTATE) == "0A000" &&
         field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery";
}

DbError result_error(const PGconn* connection, const PGresult* result) {
  const std::string_view code = field(result, PG_DIAG_SQLSTATE);
  if (code.empty()) {
    DbError error = lost_error(connection);
    if (const char* said = PQresultErrorMessage(result); said != nullptr && *said != '\0')
      error.message = in_one_line(said);
    return error;
  }
  DbError error{kind_of(code), std::string(field(result, PG_DIAG_MESSAGE_PRIMARY)),
                std::string(code)};
  error.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  if (is_several_statements(result)) error.kind = DbErrorKind::misuse;
  if (is_fatal(result)) error.kind = DbErrorKind::connection_lost;
  // Data exceptions quote the value that they are about.
  if (code.starts_with("22")) error.message = without_quotations(std::move(error.message));
  return error;
}

DbError lost_error(const PGconn* connection) {
  const char* said = PQerrorMessage(connection);
  std::string message = in_one_line(said == nullptr ? "" : said);
  if (message.empty()) message = "the session is lost";
  const bool is_lost = PQstatus(connection) == CONNECTION_BAD;
  return {is_lost ? DbErrorKind::connection_lost : DbErrorKind::rejected, std::move(message)};
}

DbError connect_error(const PGconn* connection, const PostgresOptions& options) {
  const char* said = PQerrorMessage(connection);
  DbError error{DbErrorKind::connection_failed, in_one_line(said == nullptr ? "" : said)};
  error.code = take_sqlstate(error.message);
  const DbErrorKind kind = kind_of(error.code);
  if (kind == DbErrorKind::permission_denied || kind == DbErrorKind::resource_exhausted)
    error.kind = kind;
  error.message = without_passwords(std::move(error.message), options);
  return error;
}

}  // namespace poolproof::postgres
