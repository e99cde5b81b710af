#pragma once
// The prepared statements that a session has, the latest used first.

#include <cstddef>
#include <list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <poolproof/core/db/value.h>
#include <poolproof/drivers/postgres/libpq.h>
#include <poolproof/drivers/postgres/postgres_values.h>
#include <poolproof/drivers/postgres/statement_nature.h>

namespace poolproof::postgres {

struct KnownStatement {
  std::string sql;
  std::vector<Oid> types;  ///< of its parameters; 0 where the server finds out
  std::string name;        ///< see statement_name(); empty where it is never prepared
  StatementNature nature;
  bool is_prepared = false;  ///< as far as is known: somebody else may have dropped it
  KnownColumns columns{};    ///< of its answers
};

/// Knows, and does not tell the server. One thread at a time.
class StatementCache {
 public:
  explicit StatementCache(std::size_t statements_max) noexcept : statements_max_(statements_max) {}

  /// The one for that text and parameters of these kinds, now the latest used; null: a null
  /// parameter goes with any type. Valid until it is taken out. The latest one again costs a
  /// comparison of its text.
  KnownStatement* find(std::string_view sql, std::span<const Value> parameters);

  [[nodiscard]] bool is_enabled() const noexcept { return statements_max_ > 0; }
  [[nodiscard]] bool is_full() const noexcept { return statements_.size() >= statements_max_; }
  /// Forgets the one that has not been used for longest. Returns its name; empty where the server
  /// has nothing to drop.
  std::string take_oldest();
  KnownStatement& add(KnownStatement statement);
  /// From now on none of them is prepared. Returns the names of those that were.
  std::vector<std::string> take_prepared();

 private:
  using Place = std::list<KnownStatement>::iterator;

  const std::size_t statements_max_;
  std::list<KnownStatement> statements_;
  std::unordered_multimap<std::string_view, Place> by_text_;  // views of the statements' own texts
};

}  // namespace poolproof::postgres
