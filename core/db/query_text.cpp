// The clauses of a statement in their order.
#include <array>
#include <span>

#include <poolproof/core/db/query_parts.h>
#include <poolproof/core/db/statement_writer.h>

namespace poolproof {
namespace {

/// A clause that is there, and the only verbs it goes with.
struct ClauseUse {
  std::string_view name;
  bool is_there;
  std::array<QueryVerb, 3> verbs;
};

void check_clauses(StatementWriter& writer, const QueryParts& parts) {
  using enum QueryVerb;
  const bool is_upsert = parts.on_conflict == OnConflict::do_update;
  const std::array uses{
      ClauseUse{"join", !parts.joins.empty(), {select}},
      ClauseUse{"distinct", parts.is_distinct, {select}},
      ClauseUse{"where", !parts.where.empty(), {select, update, delete_from}},
      ClauseUse{"group_by", !parts.group_by.empty(), {select}},
      ClauseUse{"having", !parts.having.empty(), {select}},
      ClauseUse{"order_by", !parts.order_by.empty(), {select}},
      ClauseUse{"limit", parts.limit.has_value(), {select}},
      ClauseUse{"offset", parts.offset.has_value(), {select}},
      ClauseUse{"columns", !parts.columns.empty(), {select, insert_into}},
      ClauseUse{"values", !parts.rows.empty() || parts.value_rows, {insert_into}},
      ClauseUse{"on_conflict", parts.has_conflict_clause, {insert_into}},
      ClauseUse{
          "do_nothing or do_update", parts.on_conflict != OnConflict::undecided, {insert_into}},
      ClauseUse{"set", !parts.assignments.empty(), {update, is_upsert ? insert_into : update}},
      ClauseUse{"all_rows", parts.is_for_all_rows, {update, delete_from}},
      ClauseUse{"returning", !parts.returning.empty(), {insert_into, update, delete_from}},
  };
  for (const ClauseUse& use : uses) {
    const auto& verbs = use.verbs;
    const bool goes = parts.verb == verbs[0] || parts.verb == verbs[1] || parts.verb == verbs[2];
    if (use.is_there && !goes) {
      writer.fail(std::string(use.name) + "() is no part of " +
                  std::string(to_string(parts.verb)) + "()");
    }
  }
}

void write_conditions(StatementWriter& writer, std::string_view words,
                      std::span<const Expression> conditions) {
  if (conditions.empty()) return;
  Expression all = conditions.front();
  for (const Expression& more : conditions.subspan(1))
    all = all && more;
  writer.write(words);
  writer.write(all);
}

void write_list(StatementWriter& writer, std::string_view words,
                std::span<const Expression> list) {
  if (list.empty()) return;
  writer.write(words);
  writer.write(list);
}

void write_assignments(StatementWriter& writer, std::string_view words,
                       std::span<const Assignment> assignments) {
  for (const Assignment& assignment : assignments) {
    writer.write(&assignment == &assignments.front() ? words : ", ");
    writer.write(assignment.column);
    writer.write(" = ");
    writer.write(assignment.value);
  }
}

void write_select(StatementWriter& writer, const QueryParts& parts) {
  write_list(writer, parts.is_distinct ? "SELECT DISTINCT " : "SELECT ", parts.columns);
  writer.write(" FROM ");
  writer.write(*parts.table);
  for (const JoinPart& join : parts.joins) {
    writer.write(join.words);
    writer.write(join.table);
    writer.write(" ON ");
    writer.write(join.on);
  }
  write_conditions(writer, " WHERE ", parts.where);
  write_list(writer, " GROUP BY ", parts.group_by);
  write_conditions(writer, " HAVING ", parts.having);
  write_list(writer, " ORDER BY ", parts.order_by);
  const std::string limit = limit_clause(writer.dialect(), parts.limit, parts.offset);
  if (!limit.empty()) writer.write(" " + limit);
}

void check_insert(StatementWriter& writer, const QueryParts& parts) {
  const std::size_t columns = parts.columns.size();
  if (columns == 0) writer.fail("insert_into() needs columns()");
  const auto check_row = [&](std::size_t row, std::size_t values) {
    if (values == columns) return;
    writer.fail("row " + std::to_string(row + 1) + " has another number of values (" +
                std::to_string(values) + ") than there are columns (" + std::to_string(columns) +
                ")");
  };
  if (parts.value_rows) return check_row(0, parts.value_rows->width);
  if (parts.rows.empty()) writer.fail("insert_into() needs values() or rows()");
  for (std::size_t row = 0; row < parts.rows.size(); ++row)
    check_row(row, parts.rows[row].size());
}

void write_rows(StatementWriter& writer, const QueryParts& parts) {
  const std::size_t count = parts.value_rows ? parts.value_rows->count : parts.rows.size();
  for (std::size_t row = 0; row < count; ++row) {
    writer.write(row == 0 ? "(" : ", (");
    if (parts.value_rows)
      writer.write(parts.value_rows->row(row));
    else
      writer.write(parts.rows[row]);
    writer.write(")");
  }
}

void check_upsert(StatementWriter& writer, const QueryParts& parts) {
  if (!parts.has_conflict_clause && parts.on_conflict != OnConflict::undecided)
    writer.fail("do_nothing() and do_update() need on_conflict()");
  if (parts.has_conflict_clause && parts.on_conflict == OnConflict::undecided)
    writer.fail("on_conflict() needs do_nothing() or do_update()");
  if (parts.on_conflict != OnConflict::do_update) return;
  if (parts.conflict_columns.empty())
    writer.fail("before do_update(), on_conflict() needs the columns of a unique key");
  if (parts.assignments.empty()) writer.fail("do_update() needs columns, or set()");
}

void write_upsert(StatementWriter& writer, const QueryParts& parts) {
  if (!parts.has_conflict_clause) return;
  const bool does_update = parts.on_conflict == OnConflict::do_update;
  if (!has_on_conflict(writer.dialect())) {
    // Where nothing is to be done the statement began with INSERT IGNORE.
    if (does_update) write_assignments(writer, " ON DUPLICATE KEY UPDATE ", parts.assignments);
    return;
  }
  writer.write(" ON CONFLICT");
  if (!parts.conflict_columns.empty()) {
    write_list(writer, " (", parts.conflict_columns);
    writer.write(")");
  }
  writer.write(does_update ? " DO UPDATE" : " DO NOTHING");
  if (does_update) write_assignments(writer, " SET ", parts.assignments);
}

void write_insert(StatementWriter& writer, const QueryParts& parts) {
  check_insert(writer, parts);
  check_upsert(writer, parts);
  const bool ignores = parts.on_conflict == OnConflict::do_nothing;
  const bool has_ignore = !has_on_conflict(writer.dialect());
  writer.write(ignores && has_ignore ? "INSERT IGNORE INTO " : "INSERT INTO ");
  writer.write(*parts.table);
  write_list(writer, " (", parts.columns);
  writer.write(") VALUES ");
  write_rows(writer, parts);
  write_upsert(writer, parts);
}

/// An update or a delete of everything is seldom meant.
void write_which(StatementWriter& writer, const QueryParts& parts) {
  const std::string verb(to_string(parts.verb));
  if (parts.where.empty() && !parts.is_for_all_rows)
    writer.fail(verb + "() without where() concerns all rows: if so, say all_rows()");
  if (!parts.where.empty() && parts.is_for_all_rows)
    writer.fail("where() and all_rows() contradict each other");
  write_conditions(writer, " WHERE ", parts.where);
}

void write_update(StatementWriter& writer, const QueryParts& parts) {
  if (parts.assignments.empty()) writer.fail("update() needs set()");
  writer.write("UPDATE ");
  writer.write(*parts.table);
  write_assignments(writer, " SET ", parts.assignments);
  write_which(writer, parts);
}

void write_delete(StatementWriter& writer, const QueryParts& parts) {
  writer.write("DELETE FROM ");
  writer.write(*parts.table);
  write_which(writer, parts);
}

void write_verb(StatementWriter& writer, const QueryParts& parts) {
  switch (parts.verb) {
    case QueryVerb::none:
      return writer.fail("a statement begins with select, insert_into, update or delete_from");
    case QueryVerb::select:
      return write_select(writer, parts);
    case QueryVerb::insert_into:
      return write_insert(writer, parts);
    case QueryVerb::update:
      return write_update(writer, parts);
    case QueryVerb::delete_from:
      return write_delete(writer, parts);
  }
}

void write_returning(StatementWriter& writer, const QueryParts& parts) {
  if (parts.returning.empty()) return;
  if (!has_returning(writer.dialect()))
    writer.fail(std::string(to_string(writer.dialect())) + " has no RETURNING");
  write_list(writer, " RETURNING ", parts.returning);
}

}  // namespace

std::string_view to_string(QueryVerb verb) noexcept {
  switch (verb) {
    case QueryVerb::none:
      return "no verb";
    case QueryVerb::select:
      return "select";
    case QueryVerb::insert_into:
      return "insert_into";
    case QueryVerb::update:
      return "update";
    case QueryVerb::delete_from:
      return "delete_from";
  }
  return "unknown";
}

void write_statement(StatementWriter& writer, const QueryParts& parts) {
  if (parts.mistake) writer.fail(*parts.mistake);
  if (parts.verb == QueryVerb::select && !parts.table)
    writer.fail("no table: select() needs from()");
  if (parts.verb != QueryVerb::none) check_clauses(writer, parts);
  if (parts.verb == QueryVerb::none || parts.table) write_verb(writer, parts);
  write_returning(writer, parts);
}

std::expected<Statement, DbError> write_query(Dialect dialect, const QueryParts& parts) {
  StatementWriter writer(dialect);
  write_statement(writer, parts);
  return std::move(writer).finish();
}

}  // namespace poolproof
