#include <poolproof/core/db/dialect.h>

#include <poolproof/core/ensure.h>

namespace poolproof {

std::string placeholder(Dialect dialect, std::size_t number) {
  switch (dialect) {
    case Dialect::postgresql:
      return "$" + std::to_string(number);
    case Dialect::sqlite:
      return "?" + std::to_string(number);
    case Dialect::mysql:
      return "?";
  }
  return "?";
}

std::expected<std::string, DbError> quote_identifier(Dialect dialect, std::string_view name) {
  if (name.empty()) {
    return std::unexpected(DbError{DbErrorKind::misuse, "an identifier is empty"});
  }
  if (name.find('\0') != std::string_view::npos) {
    return std::unexpected(DbError{DbErrorKind::misuse, "an identifier has a NUL byte"});
  }
  const char quote = dialect == Dialect::mysql ? '`' : '"';
  std::string quoted(1, quote);
  for (const char c : name)
    quoted.append(c == quote ? 2 : 1, c);
  return quoted + quote;
}

std::string limit_clause(Dialect dialect, std::optional<std::int64_t> limit,
                         std::optional<std::int64_t> offset) {
  ensure(limit.value_or(0) >= 0);
  ensure(offset.value_or(0) >= 0);
  std::string clause;
  if (limit) {
    clause = "LIMIT " + std::to_string(*limit);
  } else if (offset && dialect == Dialect::sqlite) {
    clause = "LIMIT -1";
  } else if (offset && dialect == Dialect::mysql) {
    clause = "LIMIT 18446744073709551615";  // In the words of MySQL's manual.
  }
  if (!offset) return clause;
  return clause + (clause.empty() ? "OFFSET " : " OFFSET ") + std::to_string(*offset);
}

std::string incoming_value(Dialect dialect, std::string_view quoted_column) {
  const std::string column(quoted_column);
  return has_on_conflict(dialect) ? "excluded." + column : "VALUES(" + column + ")";
}

}  // namespace poolproof
