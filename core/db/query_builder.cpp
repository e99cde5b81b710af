#include <poolproof/core/db/query_builder.h>

#include <algorithm>
#include <iterator>
#include <string>

namespace poolproof {
namespace {

void add_all(std::vector<Expression>& list, const std::vector<Expression>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

void note(QueryParts& parts, std::string mistake) {
  if (!parts.mistake) parts.mistake = std::move(mistake);
}

void take_verb(QueryParts& parts, QueryVerb verb) {
  if (parts.verb != QueryVerb::none) {
    note(parts, "a statement has one verb: after " + std::string(to_string(parts.verb)) +
                    "() there is no " + std::string(to_string(verb)) + "()");
  }
  parts.verb = verb;
}

void take_table(QueryParts& parts, const Term& table) {
  if (parts.table) note(parts, "a statement has one table: others come with join()");
  parts.table = table.expression();
}

void decide(QueryParts& parts, OnConflict ending) {
  if (parts.on_conflict != OnConflict::undecided)
    note(parts, "an upsert has one end: do_nothing() or do_update(), once");
  parts.on_conflict = ending;
}

std::optional<std::int64_t> row_count(QueryParts& parts, std::string_view clause,
                                      std::int64_t rows) {
  if (rows >= 0) return rows;
  note(parts, std::string(clause) + "() must not be negative");
  return std::nullopt;
}

std::vector<Expression> spelled_out(std::span<const Value> row) {
  std::vector<Expression> list;
  for (const Value& value : row)
    list.push_back(Operand(value).expression());
  return list;
}

/// So that others can stand behind them.
void spell_out_rows(QueryParts& parts) {
  if (!parts.value_rows) return;
  for (std::size_t row = 0; row < parts.value_rows->count; ++row)
    parts.rows.push_back(spelled_out(parts.value_rows->row(row)));
  parts.value_rows.reset();
}

bool are_even(const std::vector<std::vector<Value>>& rows) {
  if (rows.empty() || rows.front().empty()) return false;
  return std::ranges::all_of(
      rows, [&](const std::vector<Value>& row) { return row.size() == rows.front().size(); });
}

ValueRows one_behind_the_other(std::vector<std::vector<Value>> rows) {
  const std::size_t width = rows.front().size();
  std::vector<Value> values;
  values.reserve(rows.size() * width);
  for (std::vector<Value>& row : rows)
    std::ranges::move(row, std::back_inserter(values));
  return {.values = std::make_shared<const std::vector<Value>>(std::move(values)),
          .width = width,
          .first = 0,
          .count = rows.size()};
}

}  // namespace

template <class Change>
QueryBuilder QueryBuilder::with(Change change) const {
  QueryBuilder next = *this;
  change(next.parts_);
  return next;
}

QueryBuilder QueryBuilder::with_select(const List& columns) const {
  return with([&](QueryParts& parts) {
    if (columns.empty()) note(parts, "select() needs one column at least, or \"*\"");
    if (parts.verb != QueryVerb::select) take_verb(parts, QueryVerb::select);
    add_all(parts.columns, columns);
  });
}

QueryBuilder QueryBuilder::distinct() const {
  return with([](QueryParts& parts) { parts.is_distinct = true; });
}

QueryBuilder QueryBuilder::from(const Term& table) const {
  return with([&](QueryParts& parts) {
    if (parts.verb != QueryVerb::select && parts.verb != QueryVerb::none) {
      note(parts, "from() is no part of " + std::string(to_string(parts.verb)) + "()");
    }
    take_table(parts, table);
  });
}

QueryBuilder QueryBuilder::join(const Term& table, const Condition& on) const {
  return with([&](QueryParts& parts) {
    parts.joins.push_back({" JOIN ", table.expression(), on.expression()});
  });
}

QueryBuilder QueryBuilder::left_join(const Term& table, const Condition& on) const {
  return with([&](QueryParts& parts) {
    parts.joins.push_back({" LEFT JOIN ", table.expression(), on.expression()});
  });
}

QueryBuilder QueryBuilder::where(const Condition& condition) const {
  return with([&](QueryParts& parts) { parts.where.push_back(condition.expression()); });
}

QueryBuilder QueryBuilder::with_group_by(const List& columns) const {
  return with([&](QueryParts& parts) { add_all(parts.group_by, columns); });
}

QueryBuilder QueryBuilder::having(const Condition& condition) const {
  return with([&](QueryParts& parts) { parts.having.push_back(condition.expression()); });
}

QueryBuilder QueryBuilder::with_order_by(const List& columns) const {
  return with([&](QueryParts& parts) { add_all(parts.order_by, columns); });
}

QueryBuilder QueryBuilder::limit(std::int64_t rows) const {
  return with([&](QueryParts& parts) { parts.limit = row_count(parts, "limit", rows); });
}

QueryBuilder QueryBuilder::offset(std::int64_t rows) const {
  return with([&](QueryParts& parts) { parts.offset = row_count(parts, "offset", rows); });
}

QueryBuilder QueryBuilder::beginning(QueryVerb verb, const Term& table) const {
  return with([&](QueryParts& parts) {
    take_verb(parts, verb);
    take_table(parts, table);
  });
}

QueryBuilder QueryBuilder::insert_into(const Term& table) const {
  return beginning(QueryVerb::insert_into, table);
}

QueryBuilder QueryBuilder::with_columns(const List& columns) const {
  return with([&](QueryParts& parts) {
    if (parts.verb == QueryVerb::select) note(parts, "columns() is no part of select()");
    add_all(parts.columns, columns);
  });
}

QueryBuilder QueryBuilder::with_row(List row) const {
  return with([&](QueryParts& parts) {
    spell_out_rows(parts);
    parts.rows.push_back(std::move(row));
  });
}

QueryBuilder QueryBuilder::rows(std::vector<std::vector<Value>> rows) const {
  return with([&](QueryParts& parts) {
    const bool are_first = parts.rows.empty() && !parts.value_rows;
    if (are_first && are_even(rows)) {
      parts.value_rows = one_behind_the_other(std::move(rows));
      return;
    }
    spell_out_rows(parts);
    for (std::vector<Value>& row : rows)
      parts.rows.push_back(spelled_out(row));
  });
}

QueryBuilder QueryBuilder::with_on_conflict(const List& columns) const {
  return with([&](QueryParts& parts) {
    if (std::exchange(parts.has_conflict_clause, true)) note(parts, "on_conflict() comes once");
    add_all(parts.conflict_columns, columns);
  });
}

QueryBuilder QueryBuilder::do_nothing() const {
  return with([&](QueryParts& parts) { decide(parts, OnConflict::do_nothing); });
}

QueryBuilder QueryBuilder::with_do_update(const std::vector<std::string_view>& columns) const {
  return with([&](QueryParts& parts) {
    decide(parts, OnConflict::do_update);
    for (const std::string_view name : columns)
      parts.assignments.push_back({identifier(name), incoming(name)});
  });
}

QueryBuilder QueryBuilder::update(const Term& table) const {
  return beginning(QueryVerb::update, table);
}

QueryBuilder QueryBuilder::set(const Term& column, const Operand& value) const {
  return with([&](QueryParts& parts) {
    parts.assignments.push_back({column.expression(), value.expression()});
  });
}

QueryBuilder QueryBuilder::delete_from(const Term& table) const {
  return beginning(QueryVerb::delete_from, table);
}

QueryBuilder QueryBuilder::all_rows() const {
  return with([](QueryParts& parts) { parts.is_for_all_rows = true; });
}

QueryBuilder QueryBuilder::with_returning(const List& columns) const {
  return with([&](QueryParts& parts) {
    if (columns.empty()) note(parts, "returning() needs one column at least, or \"*\"");
    add_all(parts.returning, columns);
  });
}

Expression QueryBuilder::expression() const {
  return {{piece::Query{std::make_shared<const QueryParts>(parts_), dialect_}},
          Expression::Binding::whole};
}

Expression exists(const QueryBuilder& select) {
  const Expression query = select.expression();
  std::vector<Expression::Piece> pieces{piece::Words{"EXISTS "}};
  pieces.insert(pieces.end(), query.pieces().begin(), query.pieces().end());
  return {std::move(pieces), Expression::Binding::comparison};
}

std::expected<Statement, DbError> QueryBuilder::to_sql() const {
  return write_query(dialect_, parts_);
}

std::optional<InsertParts> QueryBuilder::in_parts(Dialect spoken,
                                                  std::span<const Value> parameters) const {
  const bool is_plain = spoken == dialect_ && parameters.empty() && parts_.value_rows;
  return is_plain ? InsertParts::of(dialect_, parts_) : std::nullopt;
}

std::expected<Statement, DbError> QueryBuilder::to_run(Dialect spoken,
                                                       std::span<const Value> parameters) const {
  auto statement = to_sql();
  if (!statement) return statement;
  if (spoken != dialect_) {
    return std::unexpected(DbError{DbErrorKind::misuse,
                                   "the statement was built for " +
                                       std::string(to_string(dialect_)) + ", the session speaks " +
                                       std::string(to_string(spoken)),
                                   "", statement->text});
  }
  if (parameters.size() != statement->open_placeholders) {
    return std::unexpected(
        DbError{DbErrorKind::misuse,
                "open placeholders: " + std::to_string(statement->open_placeholders) +
                    ", parameters given: " + std::to_string(parameters.size()),
                "", statement->text});
  }
  return statement;
}

}  // namespace poolproof
