#pragma once
// What stands in the clauses of a statement: names, comparisons, SQL in the caller's own words. A
// value in it is always a parameter, never text. What is done with it: query_builder.h.
//
//   column("age") >= 18 && (column("name").like("A%") || column("id").in({1, 2, 3}))
//   sql("age >= $1 or is_admin", 18)
//
// Everything here is a value. Nothing fails: what is wrong is said by QueryBuilder::to_sql().

#include <concepts>
#include <cstdint>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <poolproof/core/db/dialect.h>
#include <poolproof/core/db/value.h>

namespace poolproof {

class Operand;
struct QueryParts;

/// What an Expression is made of, for those who write it down.
namespace piece {

struct Words {
  std::string text;  ///< ours, copied as it is
};
struct Name {
  std::string name;  ///< to be quoted
};
struct Incoming {
  std::string name;  ///< of a column, to be quoted; its value in the row that an upsert brings
};
struct Bound {
  Value value;  ///< a parameter
};
struct Fragment {
  std::string text;           ///< the caller's, with placeholders $1, $2, ...
  std::vector<Value> values;  ///< theirs; none when they stay open
};
struct Query {
  std::shared_ptr<const QueryParts> parts;  ///< of a select, in parentheses
  Dialect dialect{};                        ///< that it was built for
};
struct Mistake {
  std::string sentence;  ///< why there is no such expression
};

}  // namespace piece

class Expression {
 public:
  using Piece = std::variant<piece::Words, piece::Name, piece::Incoming, piece::Bound,
                             piece::Fragment, piece::Query, piece::Mistake>;

  /// What may stand beside it without parentheses.
  enum class Binding : std::uint8_t { whole, comparison, conjunction, disjunction, unknown };

  Expression(std::vector<Piece> pieces, Binding binding)
      : pieces_(std::move(pieces)), binding_(binding) {}

  [[nodiscard]] Expression like(const Operand& pattern) const;
  /// One value at least. Not for null, to which nothing is equal.
  [[nodiscard]] Expression in(const std::vector<Value>& values) const;
  [[nodiscard]] Expression not_in(const std::vector<Value>& values) const;
  template <std::ranges::input_range Range>
  requires std::convertible_to<std::ranges::range_reference_t<Range>, Value> &&
      (!std::convertible_to<Range, Value>)  // A text is a range too.
      [[nodiscard]] Expression in(const Range& values) const {
    return in(std::vector<Value>(std::ranges::begin(values), std::ranges::end(values)));
  }
  /// Among the rows of a subquery(), which has one column.
  [[nodiscard]] Expression in(const Expression& query) const;
  [[nodiscard]] Expression not_in(const Expression& query) const;
  [[nodiscard]] Expression between(const Operand& low, const Operand& high) const;
  [[nodiscard]] Expression is_null() const;
  [[nodiscard]] Expression is_not_null() const;

  /// For the lists of select() and returning(), and for tables.
  [[nodiscard]] Expression as(std::string_view alias) const;
  /// For order_by().
  [[nodiscard]] Expression asc() const;
  [[nodiscard]] Expression desc() const;

  /// == and != null are IS NULL and IS NOT NULL, since nothing is equal to null.
  friend Expression operator==(const Expression& left, const Operand& right);
  friend Expression operator!=(const Expression& left, const Operand& right);
  friend Expression operator==(const Expression& left, const Expression& right);
  friend Expression operator!=(const Expression& left, const Expression& right);
  friend Expression operator<(const Expression& left, const Operand& right);
  friend Expression operator<=(const Expression& left, const Operand& right);
  friend Expression operator>(const Expression& left, const Operand& right);
  friend Expression operator>=(const Expression& left, const Operand& right);

  friend Expression operator&&(const Expression& left, const Expression& right);
  friend Expression operator||(const Expression& left, const Expression& right);
  friend Expression operator!(const Expression& condition);

  [[nodiscard]] const std::vector<Piece>& pieces() const noexcept { return pieces_; }

 private:
  [[nodiscard]] Expression compare(std::string_view sign, const Expression& right) const;
  [[nodiscard]] Expression in(std::string_view words, const std::vector<Value>& values) const;
  [[nodiscard]] Expression followed_by(std::string words, Binding binding) const;

  std::vector<Piece> pieces_;
  Binding binding_;
};

/// A name as people write it: "users.id" is a column of a table, "users.*" all of them, "id as
/// user_id" has an alias. Each part is quoted, so that case, keywords and spaces are kept.
Expression column(std::string_view path);
/// One name exactly as it is spelled, dots and all.
Expression identifier(std::string_view name);
/// What the row brings that on_conflict() found to be there already.
Expression incoming(std::string_view column);

/// SQL in the caller's own words: sql("count(*)"), sql("balance - $1", 10). Its placeholders are
/// $1, $2, ... in every dialect, outside of quotes and comments, each as often as needed; with
/// values, there is one for each number. Without values they stay open: then they are those of the
/// whole statement, whose parameters come with its execution.
Expression sql(std::string_view fragment, std::vector<Value> values);
template <std::convertible_to<Value>... Values>
Expression sql(std::string_view fragment, Values&&... values) {
  std::vector<Value> all;
  (all.emplace_back(std::forward<Values>(values)), ...);
  return sql(fragment, std::move(all));
}

/// The right side of a comparison or an assignment: a value, or an expression.
class Operand {
 public:
  template <std::convertible_to<Value> T>
  Operand(T&& value) : Operand(Value(std::forward<T>(value))) {}
  Operand(Value value);
  Operand(Expression expression) : expression_(std::move(expression)) {}

  [[nodiscard]] const Expression& expression() const noexcept { return expression_; }
  /// Whether it is the value null.
  [[nodiscard]] bool is_null() const noexcept { return is_null_; }

 private:
  Expression expression_;
  bool is_null_ = false;
};

/// What a clause lists: text is the name of a column or a table, as in column().
class Term {
 public:
  Term(const char* path) : expression_(column(path)) {}
  Term(std::string_view path) : expression_(column(path)) {}
  Term(const std::string& path) : expression_(column(path)) {}
  Term(Expression expression) : expression_(std::move(expression)) {}

  [[nodiscard]] const Expression& expression() const noexcept { return expression_; }

 private:
  Expression expression_;
};

/// What must hold: text is SQL in the caller's own words, as in sql().
class Condition {
 public:
  Condition(const char* fragment) : expression_(sql(fragment)) {}
  Condition(std::string_view fragment) : expression_(sql(fragment)) {}
  Condition(const std::string& fragment) : expression_(sql(fragment)) {}
  Condition(Expression expression) : expression_(std::move(expression)) {}

  [[nodiscard]] const Expression& expression() const noexcept { return expression_; }

 private:
  Expression expression_;
};

}  // namespace poolproof
