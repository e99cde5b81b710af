#include <poolproof/core/db/transaction.h>

namespace poolproof {

std::string_view to_string(Isolation isolation) noexcept {
  switch (isolation) {
    case Isolation::server_default:
      return "server default";
    case Isolation::read_committed:
      return "read committed";
    case Isolation::repeatable_read:
      return "repeatable read";
    case Isolation::serializable:
      return "serializable";
  }
  return "unknown";
}

namespace {

std::vector<std::string> begin_in_postgresql(const TransactionOptions& options) {
  std::string begin = "begin";
  if (options.isolation != Isolation::server_default) {
    begin.append(" isolation level ").append(to_string(options.isolation));
  }
  if (options.is_read_only) begin += " read only";
  if (options.is_deferrable) begin += " deferrable";
  return {begin};
}

std::vector<std::string> begin_in_mysql(const TransactionOptions& options) {
  std::vector<std::string> statements;
  if (options.isolation != Isolation::server_default) {
    statements.emplace_back("set transaction isolation level ")
        .append(to_string(options.isolation));
  }
  statements.emplace_back(options.is_read_only ? "start transaction read only"
                                               : "start transaction");
  return statements;
}

/// For writing at once: a deferred transaction that begins to write may find that it is too late,
/// and has then read for nothing. A deferred one waits for nothing, so it can come first: what did
/// not begin shall leave no session that only reads.
std::vector<std::string> begin_in_sqlite(const TransactionOptions& options) {
  if (options.is_read_only) return {"begin deferred", "pragma query_only = on"};
  return {"begin immediate"};
}

}  // namespace

std::expected<std::vector<std::string>, DbError> statements_to_begin(
    Dialect dialect, const TransactionOptions& options) {
  if (options.is_deferrable && dialect != Dialect::postgresql) {
    return std::unexpected(
        DbError{.kind = DbErrorKind::misuse,
                .message = std::string(to_string(dialect)) + " has no deferrable transactions"});
  }
  switch (dialect) {
    case Dialect::postgresql:
      return begin_in_postgresql(options);
    case Dialect::mysql:
      return begin_in_mysql(options);
    case Dialect::sqlite:
      break;
  }
  return begin_in_sqlite(options);
}

}  // namespace poolproof
