#pragma once
// The prepared statements that a session has, the latest used first.

#include <cstddef>
#include <list>
#include <optional>
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

struct PreparedStatement {
  std::string sql;
  std::vector<Oid> types;  ///< as prepared; 0 where the server found out
  std::string name;        ///< empty: the unnamed one, which the next preparation replaces
  StatementNature nature;
  KnownColumns columns{};  ///< of its answers
};

/// Knows, and does not tell the server. One thread at a time.
class StatementCache {
 public:
  explicit StatementCache(std::size_t statements_max) noexcept : statements_max_(statements_max) {}

  /// The one prepared for that text and parameters of these kinds, now the latest used; null: a
  /// null parameter goes with any type. Valid until the next change. The latest one again costs a
  /// comparison of its text.
  PreparedStatement* find(std::string_view sql, std::span<const Value> parameters);

  [[nodiscard]] bool is_enabled() const noexcept { return statements_max_ > 0; }
  [[nodiscard]] bool is_full() const noexcept { return statements_.size() >= statements_max_; }
  [[nodiscard]] std::string new_name() { return "poolproof_" + std::to_string(++names_); }
  /// Forgets the one that has not been used for longest, and returns its name.
  std::string take_oldest();
  PreparedStatement& add(PreparedStatement statement);
  void forget(const PreparedStatement& statement);
  void clear() noexcept;

 private:
  using Place = std::list<PreparedStatement>::iterator;

  void erase(Place place);

  const std::size_t statements_max_;
  std::size_t names_ = 0;
  std::list<PreparedStatement> statements_;
  std::unordered_multimap<std::string_view, Place> by_text_;  // views of the statements' own texts
};

}  // namespace poolproof::postgres
