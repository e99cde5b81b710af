#include <poolproof/drivers/sqlite/sqlite_client.h>

#include <sqlite3.h>

#include <utility>

#include <poolproof/drivers/process.h>
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

SqliteClient::SqliteClient(SqliteHandle db, const SqliteOptions& options, Clock& clock,
                           std::shared_ptr<SqliteWriteQueue> writers)
    : enforces_foreign_keys_(options.enforces_foreign_keys),
      process_(ProcessGeneration::now()),
      clock_(dynamic_cast<ThreadClock*>(&clock)),
      writing_(clock_ != nullptr ? std::move(writers) : nullptr),
      patience_(clock, options.busy_timeout, options.statement_timeout),
      db_(std::move(db)),
      cache_(*db_, options.statements_max) {
  patience_.watch(*db_);
  watch_for_leftovers(*db_, leftovers_);
}

SqliteClient::~SqliteClient() {
  if (!is_foreign()) return;
  // Even to close it, or to end a statement, could undo the parent's locks or its WAL. Source:
  // "How To Corrupt An SQLite Database File", 2.6.
  writing_.forget();
  cache_.leave_all();
  static_cast<void>(db_.release());
}

bool SqliteClient::is_foreign() const noexcept {
  return process_ != ProcessGeneration::now();
}

/// What no call may begin with.
std::optional<DbError> SqliteClient::refusal(std::string_view sql) const {
  if (is_foreign())
    return own_error(DbErrorKind::connection_lost, session_of_another_process, sql);
  if (is_running_) return reentered(sql);
  return std::nullopt;
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
  if (auto refused = refusal(sql)) return std::unexpected(std::move(*refused));
  if (patience_.is_over()) {
    return std::unexpected(own_error(DbErrorKind::timed_out,
                                     "the deadline had passed before the statement began", sql));
  }
  auto statement = cache_.fetch(sql);
  if (!statement) return std::unexpected(timed(std::move(statement.error())));
  is_running_ = true;
  patience_.begin_statement();
  Turn turn(*statement, EndOfTurn{this});
  if (auto error = take_turn(**statement)) return std::unexpected(std::move(*error));
  if (auto error = turn->bind(parameters)) return std::unexpected(std::move(*error));
  return turn;
}

/// Waits as long as SQLite would for its lock. Not within a transaction that has read: without WAL
/// the writer might be waiting for its end.
std::optional<DbError> SqliteClient::take_turn(const SqliteStatement& statement) {
  if (!statement.may_write() || writing_.try_begin() || is_in_transaction()) return std::nullopt;
  if (writing_.begin(*clock_, patience_.end_of_wait())) return std::nullopt;
  DbError error = own_error(DbErrorKind::busy, sqlite3_errstr(SQLITE_BUSY), statement.sql());
  error.code = std::to_string(SQLITE_BUSY);
  return timed(std::move(error));
}

void SqliteClient::EndOfTurn::operator()(SqliteStatement* statement) const noexcept {
  statement->finish();
  client->cache_.trim();
  client->patience_.end_statement();
  if (!client->is_in_transaction()) client->writing_.end();
  client->is_running_ = false;
}

std::expected<void, DbError> SqliteClient::ping() {
  if (auto refused = refusal("")) return std::unexpected(std::move(*refused));
  if (auto answer = ask("select 1"); !answer) return std::unexpected(std::move(answer.error()));
  return {};
}

std::expected<void, DbError> SqliteClient::reset() {
  if (auto refused = refusal("")) return std::unexpected(std::move(*refused));
  set_deadline(Instant::max());
  if (is_in_transaction()) {
    if (auto answer = ask("rollback"); !answer) return std::unexpected(std::move(answer.error()));
    writing_.end();
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
