#include <poolproof/drivers/sqlite/sqlite_client.h>

#include <sqlite3.h>

#include <utility>

#include <poolproof/drivers/sqlite/sqlite_error.h>

namespace poolproof {
namespace {

DbError reentered(std::string_view sql) {
  return own_error(DbErrorKind::misuse,
                   "the visitor of a stream must not use the stream's own session", sql);
}

}  // namespace

void CloseSqlite::operator()(sqlite3* db) const noexcept {
  sqlite3_close(db);
}

SqliteClient::SqliteClient(SqliteHandle db, const SqliteOptions& options, Clock& clock)
    : enforces_foreign_keys_(options.enforces_foreign_keys),
      patience_(clock, options.busy_timeout),
      db_(std::move(db)),
      cache_(*db_, options.statements_max) {
  patience_.watch(*db_);
  watch_for_leftovers(*db_, leftovers_);
}

std::expected<ResultSet, DbError> SqliteClient::execute(std::string_view sql,
                                                        std::span<const Value> parameters) {
  const auto turn = begin(sql, parameters);
  if (!turn) return std::unexpected(turn.error());
  SqliteStatement& statement = **turn;
  const auto changes_before = sqlite3_total_changes64(db_.get());
  int code = statement.step();
  ResultSet result(statement.columns());
  while (code == SQLITE_ROW) {
    statement.read_row(result.add_row());
    code = statement.step();
  }
  if (code != SQLITE_DONE) return std::unexpected(failed(code, sql, parameters));
  // What sqlite3_changes64() says may be about a statement before this one.
  if (sqlite3_total_changes64(db_.get()) != changes_before)
    result.set_affected_rows(static_cast<std::uint64_t>(sqlite3_changes64(db_.get())));
  return result;
}

std::expected<std::uint64_t, DbError> SqliteClient::stream(std::string_view sql,
                                                           std::span<const Value> parameters,
                                                           const RowVisitor& visit) {
  const auto turn = begin(sql, parameters);
  if (!turn) return std::unexpected(turn.error());
  SqliteStatement& statement = **turn;
  std::uint64_t shown = 0;
  int code = statement.step();
  while (code == SQLITE_ROW) {
    ++shown;
    code = visit(statement.view_row()) ? statement.step() : statement.stop();
    // SQLite would ask after many more rows, however long the visitor takes for each.
    if (code == SQLITE_ROW && patience_.is_over()) code = SQLITE_INTERRUPT;
  }
  if (code != SQLITE_DONE && code != SQLITE_OK)
    return std::unexpected(failed(code, sql, parameters));
  return shown;
}

std::expected<SqliteClient::Turn, DbError> SqliteClient::begin(std::string_view sql,
                                                               std::span<const Value> parameters) {
  if (is_running_) return std::unexpected(reentered(sql));
  if (patience_.is_over()) {
    return std::unexpected(own_error(DbErrorKind::timed_out,
                                     "the deadline had passed before the statement began", sql));
  }
  auto statement = cache_.fetch(sql);
  if (!statement) return std::unexpected(timed(std::move(statement.error())));
  is_running_ = true;
  Turn turn(*statement, EndOfTurn{this});
  if (auto error = turn->bind(parameters)) return std::unexpected(std::move(*error));
  return turn;
}

void SqliteClient::EndOfTurn::operator()(SqliteStatement* statement) const noexcept {
  statement->finish();
  client->cache_.trim();
  client->is_running_ = false;
}

std::expected<void, DbError> SqliteClient::ping() {
  if (is_running_) return std::unexpected(reentered(""));
  if (auto answer = ask("select 1"); !answer) return std::unexpected(std::move(answer.error()));
  return {};
}

std::expected<void, DbError> SqliteClient::reset() {
  if (is_running_) return std::unexpected(reentered(""));
  set_deadline(Instant::max());
  if (is_in_transaction()) {
    if (auto answer = ask("rollback"); !answer) return std::unexpected(std::move(answer.error()));
  }
  if (leftovers_ == SqliteLeftovers()) return {};
  return undo_leftovers();
}

std::expected<void, DbError> SqliteClient::undo_leftovers() {
  if (leftovers_.has_lasting) {
    return std::unexpected(own_error(
        DbErrorKind::rejected,
        "a pragma, an attached database or something temporary is left, which no reset undoes",
        ""));
  }
  if (std::exchange(leftovers_.may_ignore_foreign_keys, false)) enforce_foreign_keys();
  if (!leftovers_.may_refuse_writes) return {};
  if (auto answer = ask("pragma query_only = off"); !answer)
    return std::unexpected(std::move(answer.error()));
  return {};
}

bool SqliteClient::is_in_transaction() const noexcept {
  return sqlite3_get_autocommit(db_.get()) == 0;
}

void SqliteClient::enforce_foreign_keys() noexcept {
  sqlite3_db_config(db_.get(), SQLITE_DBCONFIG_ENABLE_FKEY, enforces_foreign_keys_ ? 1 : 0,
                    static_cast<int*>(nullptr));
}

/// Runs a statement of ours, which is not kept, and returns its first value as text.
std::expected<std::string, DbError> SqliteClient::ask(const std::string& sql) {
  auto statement = SqliteStatement::prepare(*db_, sql);
  if (!statement) return std::unexpected(timed(std::move(statement.error())));
  const int code = statement->step();
  if (code != SQLITE_ROW && code != SQLITE_DONE) return std::unexpected(failed(code, sql, {}));
  if (code == SQLITE_DONE || statement->columns()->empty()) return "";
  const Value first = statement->view_row().at(0);
  const auto* text = first.get_if<std::string>();
  return text != nullptr ? *text : to_string(first);
}

DbError SqliteClient::failed(int code, std::string_view sql, std::span<const Value> parameters) {
  return timed(sqlite_error(*db_, code, sql, parameters));
}

/// SQLite says "busy" and "interrupted" when the deadline has passed.
DbError SqliteClient::timed(DbError error) const {
  if (error.kind == DbErrorKind::timed_out) {
    error.message = "the deadline passed while the statement ran";
  } else if (error.kind == DbErrorKind::busy && patience_.is_over()) {
    error.kind = DbErrorKind::timed_out;
    error.message = "the deadline passed while " + error.message;
  }
  return error;
}

}  // namespace poolproof
