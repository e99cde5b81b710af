#pragma once
// The prepared statements of one session. They live as long as the session, whoever has its lease.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <list>
#include <string_view>
#include <unordered_map>

#include <poolproof/core/db/db_error.h>
#include <poolproof/drivers/sqlite/sqlite_statement.h>

namespace poolproof {

/// What a cache has done so far.
struct SqliteCacheCounts {
  std::uint64_t hits = 0;      ///< statements found prepared
  std::uint64_t prepares = 0;  ///< statements that had to be prepared, also in vain
  std::uint64_t evictions = 0;
  std::size_t size = 0;  ///< statements kept now
};

/// Keeps those used last, by their text. One thread at a time.
class SqliteStatementCache {
 public:
  SqliteStatementCache(sqlite3& db, std::size_t size_max) noexcept
      : db_(db), size_max_(size_max) {}
  SqliteStatementCache(const SqliteStatementCache&) = delete;
  SqliteStatementCache& operator=(const SqliteStatementCache&) = delete;

  /// The statement, prepared; stays until trim() finds it among the longest unused. The last one
  /// again costs a comparison of its text. Errors: as SqliteStatement::prepare.
  std::expected<SqliteStatement*, DbError> fetch(std::string_view sql);
  /// Lets go of what is too much. No statement may be running.
  void trim() noexcept;
  /// Keeps all of them for good, in a process whose they are not.
  void leave_all() noexcept { static_cast<void>(new Statements(std::move(statements_))); }

  [[nodiscard]] SqliteCacheCounts counts() const noexcept;

 private:
  using Statements = std::list<SqliteStatement>;

  [[nodiscard]] SqliteStatement* find(std::string_view sql);
  std::expected<SqliteStatement*, DbError> prepare(std::string_view sql);

  sqlite3& db_;
  const std::size_t size_max_;
  Statements statements_;  // last used first
  // By the texts that are kept in statements_.
  std::unordered_map<std::string_view, Statements::iterator> by_sql_;
  SqliteCacheCounts counts_;
};

}  // namespace poolproof
