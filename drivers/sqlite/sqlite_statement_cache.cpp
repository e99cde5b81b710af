#include <poolproof/drivers/sqlite/sqlite_statement_cache.h>

#include <utility>

namespace poolproof {

std::expected<SqliteStatement*, DbError> SqliteStatementCache::fetch(std::string_view sql) {
  if (SqliteStatement* const found = find(sql)) {
    ++counts_.hits;
    return found;
  }
  ++counts_.prepares;
  return prepare(sql);
}

SqliteStatement* SqliteStatementCache::find(std::string_view sql) {
  if (!statements_.empty() && statements_.front().sql() == sql) return &statements_.front();
  const auto found = by_sql_.find(sql);
  if (found == by_sql_.end()) return nullptr;
  statements_.splice(statements_.begin(), statements_, found->second);
  return &statements_.front();
}

std::expected<SqliteStatement*, DbError> SqliteStatementCache::prepare(std::string_view sql) {
  auto prepared = SqliteStatement::prepare(db_, sql);
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  Statements one;
  one.push_back(std::move(*prepared));
  by_sql_.emplace(one.front().sql(), one.begin());
  statements_.splice(statements_.begin(), one);
  return &statements_.front();
}

void SqliteStatementCache::trim() noexcept {
  while (statements_.size() > size_max_) {
    by_sql_.erase(statements_.back().sql());
    statements_.pop_back();
    ++counts_.evictions;
  }
}

SqliteCacheCounts SqliteStatementCache::counts() const noexcept {
  SqliteCacheCounts counts = counts_;
  counts.size = statements_.size();
  return counts;
}

}  // namespace poolproof
