#pragma once
// An insert of more rows than one statement should have, as several.

#include <concepts>
#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <poolproof/core/db/db_client.h>
#include <poolproof/core/db/query_parts.h>
#include <poolproof/core/db/statement.h>

namespace poolproof {

/// The statements, one after the other. All but the last have the same text.
class InsertParts {
 public:
  /// Nothing where one statement is better, or where it would be wrong, and says why.
  static std::optional<InsertParts> of(Dialect dialect, const QueryParts& insert);

  /// To the first, then to the next one; false behind the last.
  [[nodiscard]] bool next();
  [[nodiscard]] std::string_view text() const noexcept { return statement_.text; }
  [[nodiscard]] std::span<const Value> parameters() const noexcept;

 private:
  InsertParts(Dialect dialect, const QueryParts& insert, std::size_t rows_of_each);

  Dialect dialect_;
  QueryParts insert_;
  std::size_t rows_of_each_;
  std::size_t rows_left_;
  bool has_only_rows_ = true;  // as parameters
  Statement statement_{};
};

using Inserted = std::expected<ResultSet, DbError>;

/// Within a transaction of its own, or a savepoint where one is open already. What `insert` throws
/// passes through.
Inserted insert_as_one(DbClient& client, const std::function<Inserted()>& insert);

/// On a DbClient, or in what has nested(), as a Transaction.
template <class Session>
Inserted execute_in_parts(Session& session, InsertParts parts) {
  const auto insert = [&]() -> Inserted {
    std::optional<ResultSet> all;
    while (parts.next()) {
      auto some = session.execute(parts.text(), parts.parameters());
      if (!some) return some;
      if (all)
        all->append(std::move(*some));
      else
        all = std::move(*some);
    }
    return std::move(*all);
  };
  if constexpr (std::convertible_to<Session*, DbClient*>)
    return insert_as_one(session, insert);
  else
    return session.nested([&](Session&) { return insert(); });
}

}  // namespace poolproof
