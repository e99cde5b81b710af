#pragma once
// What QueryBuilder gathers: the clauses of a statement, in no dialect yet.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/db/dialect.h>
#include <poolproof/core/db/expression.h>
#include <poolproof/core/db/statement.h>

namespace poolproof {

enum class QueryVerb : std::uint8_t { none, select, insert_into, update, delete_from };

/// "select", "insert_into" and so on.
std::string_view to_string(QueryVerb verb) noexcept;

/// Which of an insert's rows is kept when its like is there already.
enum class OnConflict : std::uint8_t { undecided, do_nothing, do_update };

struct JoinPart {
  std::string_view words;  ///< a literal: " JOIN "
  Expression table;
  Expression on;
};

struct Assignment {
  Expression column;
  Expression value;
};

/// Many rows of values and nothing else, one behind the other; a part of them.
struct ValueRows {
  std::shared_ptr<const std::vector<Value>> values{};
  std::size_t width = 0;  ///< of each row
  std::size_t first = 0;  ///< counted in rows
  std::size_t count = 0;

  [[nodiscard]] std::span<const Value> all() const noexcept {
    return std::span(*values).subspan(first * width, count * width);
  }
  [[nodiscard]] std::span<const Value> row(std::size_t number) const noexcept {
    return all().subspan(number * width, width);
  }
};

struct QueryParts {
  QueryVerb verb = QueryVerb::none;
  bool is_distinct = false;
  std::optional<Expression> table{};
  std::vector<Expression> columns{};  ///< of a select or an insert
  std::vector<JoinPart> joins{};
  std::vector<Expression> where{};  ///< all of them must hold, as in `having`
  std::vector<Expression> group_by{};
  std::vector<Expression> having{};
  std::vector<Expression> order_by{};
  std::optional<std::int64_t> limit{};
  std::optional<std::int64_t> offset{};
  std::vector<std::vector<Expression>> rows{};
  std::optional<ValueRows> value_rows{};  ///< in place of `rows`
  bool has_conflict_clause = false;
  std::vector<Expression> conflict_columns{};
  OnConflict on_conflict = OnConflict::undecided;
  std::vector<Assignment> assignments{};
  bool is_for_all_rows = false;
  std::vector<Expression> returning{};
  std::optional<std::string> mistake{};  ///< the first that was seen while gathering
};

/// The statement in the words of `dialect`. Errors: misuse.
std::expected<Statement, DbError> write_query(Dialect dialect, const QueryParts& parts);

}  // namespace poolproof
