#pragma once
// Statements put together from clauses, with the values beside the text. What stands in the
// clauses: expression.h.
//
// Example:
//   const QueryBuilder query(client.dialect());     // or a transaction's, in client's place
//   auto user = query.select("*").from("users").where("id = $1").limit(1).execute(client, {42});
//   auto adults = query.select("id", "name").from("users").where(column("age") >= 18).to_sql();
//   auto added = query.insert_into("users").columns("name", "age").values("Ada", 36)
//                    .returning("id").execute(client);
//
// Sources: the clauses as methods are knex's, the builder that each of them leaves unchanged is
// SQLAlchemy's.

#include <concepts>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/db/db_client.h>
#include <poolproof/core/db/dialect.h>
#include <poolproof/core/db/expression.h>
#include <poolproof/core/db/insert_parts.h>
#include <poolproof/core/db/query_parts.h>
#include <poolproof/core/db/result_set.h>
#include <poolproof/core/db/statement.h>

namespace poolproof {

/// What runs statements: a DbClient, a Transaction.
template <class Session>
concept StatementRunner = requires(Session& session, std::string_view sql,
                                   std::span<const Value> parameters, const RowVisitor& visit) {
  { session.execute(sql, parameters) } -> std::same_as<std::expected<ResultSet, DbError>>;
  {
    session.stream(sql, parameters, visit)
    } -> std::same_as<std::expected<std::uint64_t, DbError>>;
  { session.dialect() } -> std::same_as<Dialect>;
};

/// A value. Every method returns a longer statement and leaves its own as it was, so that a part
/// may be shared: `const auto users = query.select("*").from("users");`. Clauses may come in any
/// order. Nothing fails before to_sql(), which tells the first mistake. Text in the place of a
/// name is quoted (column()); text in the place of a condition is SQL (sql()), which must never be
/// put together from values. Any thread, one at a time for each builder; const ones by several.
class QueryBuilder {
 public:
  explicit QueryBuilder(Dialect dialect) noexcept : dialect_(dialect) {}

  /// The columns of a select; called again, more of them.
  template <std::convertible_to<Term>... Terms>
  [[nodiscard]] QueryBuilder select(Terms&&... columns) const {
    return with_select(list(std::forward<Terms>(columns)...));
  }
  /// Each row of a select once.
  [[nodiscard]] QueryBuilder distinct() const;
  [[nodiscard]] QueryBuilder from(const Term& table) const;
  [[nodiscard]] QueryBuilder join(const Term& table, const Condition& on) const;
  [[nodiscard]] QueryBuilder left_join(const Term& table, const Condition& on) const;

  /// Of several conditions all must hold.
  [[nodiscard]] QueryBuilder where(const Condition& condition) const;
  /// `where("age between $1 and $2", 18, 65)`: as many values as numbers.
  template <std::convertible_to<Value>... Values>
  requires(sizeof...(Values) > 0) [[nodiscard]] QueryBuilder
      where(std::string_view fragment, Values&&... values) const {
    return where(sql(fragment, std::forward<Values>(values)...));
  }
  template <std::convertible_to<Term>... Terms>
  [[nodiscard]] QueryBuilder group_by(Terms&&... columns) const {
    return with_group_by(list(std::forward<Terms>(columns)...));
  }
  [[nodiscard]] QueryBuilder having(const Condition& condition) const;
  template <std::convertible_to<Value>... Values>
  requires(sizeof...(Values) > 0) [[nodiscard]] QueryBuilder
      having(std::string_view fragment, Values&&... values) const {
    return having(sql(fragment, std::forward<Values>(values)...));
  }
  /// `order_by(column("age").desc(), "name")`.
  template <std::convertible_to<Term>... Terms>
  [[nodiscard]] QueryBuilder order_by(Terms&&... columns) const {
    return with_order_by(list(std::forward<Terms>(columns)...));
  }
  /// Not below 0. Of several the last counts.
  [[nodiscard]] QueryBuilder limit(std::int64_t rows) const;
  [[nodiscard]] QueryBuilder offset(std::int64_t rows) const;

  [[nodiscard]] QueryBuilder insert_into(const Term& table) const;
  /// The columns that values() fills; called again, more of them.
  template <std::convertible_to<Term>... Terms>
  [[nodiscard]] QueryBuilder columns(Terms&&... columns) const {
    return with_columns(list(std::forward<Terms>(columns)...));
  }
  /// One row; called again, more of them. A value may be an expression: sql("now()").
  template <std::convertible_to<Operand>... Operands>
  [[nodiscard]] QueryBuilder values(Operands&&... row) const {
    return with_row({Operand(std::forward<Operands>(row)).expression()...});
  }
  /// Many rows in one call, each as long as columns(). Where there are more values than a database
  /// takes, or takes well, in one statement, execute() inserts them in several, of which all take
  /// effect or none.
  [[nodiscard]] QueryBuilder rows(std::vector<std::vector<Value>> rows) const;
  /// Begins an upsert; do_nothing() or do_update() says how it ends. `columns` are those of the
  /// unique key that may be there already. MySQL takes any unique key, whatever they are.
  template <std::convertible_to<Term>... Terms>
  [[nodiscard]] QueryBuilder on_conflict(Terms&&... columns) const {
    return with_on_conflict(list(std::forward<Terms>(columns)...));
  }
  /// The row that is there stays. MySQL's INSERT IGNORE forgives other errors as well.
  [[nodiscard]] QueryBuilder do_nothing() const;
  /// The row that is there takes the values of these columns from the new one. For other values
  /// add set(), in which incoming("name") is the new one's.
  template <std::convertible_to<std::string_view>... Names>
  [[nodiscard]] QueryBuilder do_update(Names&&... columns) const {
    return with_do_update({std::string_view(columns)...});
  }

  [[nodiscard]] QueryBuilder update(const Term& table) const;
  /// `set("name", "Ada")`, `set("visits", sql("visits + 1"))`; called again, more of them.
  [[nodiscard]] QueryBuilder set(const Term& column, const Operand& value) const;
  [[nodiscard]] QueryBuilder delete_from(const Term& table) const;
  /// Says that an update or a delete without where() is meant.
  [[nodiscard]] QueryBuilder all_rows() const;

  /// What an insert, an update or a delete answers with. Not in MySQL.
  template <std::convertible_to<Term>... Terms>
  [[nodiscard]] QueryBuilder returning(Terms&&... columns) const {
    return with_returning(list(std::forward<Terms>(columns)...));
  }

  /// Itself in parentheses, as a part of another statement: see subquery().
  [[nodiscard]] Expression expression() const;

  /// The statement. Errors: misuse, in a sentence that tells the first mistake.
  [[nodiscard]] std::expected<Statement, DbError> to_sql() const;

  /// Runs it on a DbClient or in a Transaction, with `parameters` for the placeholders that were
  /// left open. Errors: misuse, also when there are more or fewer of these, or when the session
  /// speaks another dialect; and as the session's execute().  Blocks.
  template <StatementRunner Session>
  std::expected<ResultSet, DbError> execute(Session& session,
                                            std::span<const Value> parameters) const {
    if (auto inserts = in_parts(session.dialect(), parameters))
      return execute_in_parts(session, std::move(*inserts));
    const auto statement = to_run(session.dialect(), parameters);
    if (!statement) return std::unexpected(statement.error());
    return session.execute(statement->text, values_of(*statement, parameters));
  }
  template <StatementRunner Session>
  std::expected<ResultSet, DbError> execute(Session& session,
                                            std::initializer_list<Value> parameters = {}) const {
    return execute(session, std::span(parameters.begin(), parameters.size()));
  }

  /// The same, row by row, as the session's stream().
  template <StatementRunner Session>
  std::expected<std::uint64_t, DbError> stream(Session& session, std::span<const Value> parameters,
                                               const RowVisitor& visit) const {
    const auto statement = to_run(session.dialect(), parameters);
    if (!statement) return std::unexpected(statement.error());
    return session.stream(statement->text, values_of(*statement, parameters), visit);
  }
  template <StatementRunner Session>
  std::expected<std::uint64_t, DbError> stream(Session& session,
                                               std::initializer_list<Value> parameters,
                                               const RowVisitor& visit) const {
    return stream(session, std::span(parameters.begin(), parameters.size()), visit);
  }
  template <StatementRunner Session>
  std::expected<std::uint64_t, DbError> stream(Session& session, const RowVisitor& visit) const {
    return stream(session, std::span<const Value>(), visit);
  }

 private:
  using List = std::vector<Expression>;

  /// Nothing: it is one statement.
  [[nodiscard]] std::optional<InsertParts> in_parts(Dialect spoken,
                                                    std::span<const Value> parameters) const;
  /// to_sql(), if it can be run so.
  [[nodiscard]] std::expected<Statement, DbError> to_run(Dialect spoken,
                                                         std::span<const Value> parameters) const;
  static std::span<const Value> values_of(const Statement& statement,
                                          std::span<const Value> given) noexcept {
    return statement.open_placeholders != 0 ? given : statement.parameters;
  }

  template <class... Terms>
  static List list(Terms&&... terms) {
    return {Term(std::forward<Terms>(terms)).expression()...};
  }
  template <class Change>
  QueryBuilder with(Change change) const;
  [[nodiscard]] QueryBuilder beginning(QueryVerb verb, const Term& table) const;

  [[nodiscard]] QueryBuilder with_select(const List& columns) const;
  [[nodiscard]] QueryBuilder with_group_by(const List& columns) const;
  [[nodiscard]] QueryBuilder with_order_by(const List& columns) const;
  [[nodiscard]] QueryBuilder with_columns(const List& columns) const;
  [[nodiscard]] QueryBuilder with_row(List row) const;
  [[nodiscard]] QueryBuilder with_on_conflict(const List& columns) const;
  [[nodiscard]] QueryBuilder with_do_update(const std::vector<std::string_view>& columns) const;
  [[nodiscard]] QueryBuilder with_returning(const List& columns) const;

  Dialect dialect_;
  QueryParts parts_;
};

/// A select as a part of another statement of its dialect: a value, `column("id").in(subquery(q))`
/// or, with a name, a table: `from(subquery(q).as("adults"))`. Its values stand where it does.
inline Expression subquery(const QueryBuilder& select) {
  return select.expression();
}
/// Whether a select has a row: `where(exists(orders.where("orders.user_id = users.id")))`.
Expression exists(const QueryBuilder& select);

}  // namespace poolproof
