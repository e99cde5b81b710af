#include <poolproof/mocks/table_store.h>

#include <algorithm>
#include <ranges>

namespace poolproof::mocks {
namespace {

using SqlKind = TableStatement::Kind;

std::unexpected<DbError> store_error(DbErrorKind kind, std::string message, std::string code) {
  return std::unexpected(
      DbError{.kind = kind, .message = std::move(message), .code = std::move(code)});
}

std::unexpected<DbError> lost_race() {
  return store_error(DbErrorKind::serialization_failure,
                     "could not serialize access due to concurrent update", "40001");
}

bool is_write(SqlKind kind) noexcept {
  return kind == SqlKind::insert || kind == SqlKind::update || kind == SqlKind::add ||
         kind == SqlKind::remove;
}

bool ends_what_failed(SqlKind kind) noexcept {
  return kind == SqlKind::commit || kind == SqlKind::rollback || kind == SqlKind::rollback_to;
}

}  // namespace

void TableStore::put(std::string_view table, std::int64_t id, std::int64_t value) {
  Rows rows = *committed_;
  rows[Key(table, id)] = {value, ++version_};
  committed_ = std::make_shared<const Rows>(std::move(rows));
}

std::optional<std::int64_t> TableStore::get(std::string_view table, std::int64_t id) const {
  const auto found = committed_->find(Key(table, id));
  return found == committed_->end() ? std::nullopt : found->second.value;
}

TableStore::Answer TableStore::execute(SessionNumber session, std::string_view sql,
                                       std::span<const Value> parameters) {
  auto statement = parse_table_sql(sql, parameters);
  Open* const open = find(session);
  if (!statement) {
    if (open != nullptr && statement.error().kind != DbErrorKind::misuse) fail(*open);
    return std::unexpected(std::move(statement.error()));
  }
  if (open == nullptr) return at_once(session, *statement);
  if (open->is_failed && !ends_what_failed(statement->kind)) {
    return store_error(DbErrorKind::transaction_aborted,
                       "current transaction is aborted, commands ignored until end of "
                       "transaction block",
                       "25P02");
  }
  if (statement->kind == SqlKind::commit) return commit(session, *open);
  if (statement->kind == SqlKind::rollback) return roll_back(session);
  if (statement->kind == SqlKind::begin) return ResultSet{};  // A warning in PostgreSQL.
  if (statement->kind == SqlKind::query_only) {
    open->mode.is_read_only = statement->mode.is_read_only;
    settings_[session].is_query_only = statement->mode.is_read_only;
    return ResultSet{};
  }
  auto answer = in_transaction(*open, *statement);
  if (!answer) fail(*open);
  return answer;
}

/// Outside a transaction a statement is one of its own.
TableStore::Answer TableStore::at_once(SessionNumber session, const TableStatement& statement) {
  switch (statement.kind) {
    case SqlKind::begin:
      return begin(session, statement);
    case SqlKind::set_transaction:
      settings_[session].next = statement.mode;
      return ResultSet{};
    case SqlKind::query_only:
      settings_[session].is_query_only = statement.mode.is_read_only;
      return ResultSet{};
    case SqlKind::commit:
    case SqlKind::rollback:  // A warning in PostgreSQL. In MySQL what was said for the next is
                             // over.
      if (const auto found = settings_.find(session); found != settings_.end())
        found->second.next = {};
      return ResultSet{};
    case SqlKind::savepoint:
    case SqlKind::release:
    case SqlKind::rollback_to:
      return store_error(DbErrorKind::rejected,
                         "savepoints can only be used in transaction blocks", "25P01");
    default:
      break;
  }
  Open alone = opened(session, TableStatement{});
  auto answer = in_transaction(alone, statement);
  if (answer && !alone.writes.empty()) {
    apply(session, alone);
    tell(StoreEffect::committed, session);
  }
  return answer;
}

TableStore::Open TableStore::opened(SessionNumber session, const TableStatement& statement) const {
  Open open;
  const auto found = settings_.find(session);
  const Settings settings = found == settings_.end() ? Settings{} : found->second;
  open.mode = statement.mode;
  if (open.mode.isolation == Isolation::server_default)
    open.mode.isolation = settings.next.isolation;
  open.mode.is_read_only =
      statement.mode.is_read_only || settings.next.is_read_only || settings.is_query_only;
  open.seen = committed_;
  return open;
}

TableStore::Answer TableStore::begin(SessionNumber session, const TableStatement& statement) {
  open_.insert_or_assign(session, opened(session, statement));
  if (const auto found = settings_.find(session); found != settings_.end()) {
    found->second.next = {};
  }
  tell(StoreEffect::began, session);
  return ResultSet{};
}

TableStore::Answer TableStore::commit(SessionNumber session, Open& open) {
  if (open.is_failed) return roll_back(session);
  if (has_lost(open)) {
    static_cast<void>(roll_back(session));
    return lost_race();
  }
  apply(session, open);
  tell(StoreEffect::committed, session, {.mode = open.mode});
  open_.erase(session);
  return ResultSet{};
}

TableStore::Answer TableStore::roll_back(SessionNumber session) {
  if (const auto found = open_.find(session); found != open_.end()) {
    const TransactionMode mode = found->second.mode;
    open_.erase(found);
    tell(StoreEffect::rolled_back, session, {.mode = mode});
  }
  return ResultSet{};
}

/// Whether somebody was first to commit a change of what it changed or, when it must be
/// serializable, read.
bool TableStore::has_lost(const Open& open) const {
  const auto is_lost_write = [&](const auto& write) {
    return version_in(*committed_, write.first) != write.second.version;
  };
  if (std::ranges::any_of(open.writes, is_lost_write)) return true;
  if (open.mode.isolation != Isolation::serializable || open.writes.empty()) return false;
  const auto is_stale = [&](const Key& key) {
    return version_in(*committed_, key) != version_in(*open.seen, key);
  };
  if (std::ranges::any_of(open.reads, is_stale)) return true;
  return std::ranges::any_of(*committed_, [&](const auto& row) {
    return open.scans.contains(row.first.first) && is_stale(row.first);
  });
}

void TableStore::apply(SessionNumber session, const Open& open) {
  Rows rows = *committed_;
  for (const auto& [key, written] : open.writes) {
    Row& row = rows[key];
    const std::int64_t change = written.value.value_or(0) - row.value.value_or(0);
    row = {written.value, ++version_};
    tell(StoreEffect::changed, session, {.row = key.second, .change = change});
  }
  committed_ = std::make_shared<const Rows>(std::move(rows));
}

TableStore::Answer TableStore::in_transaction(Open& open, const TableStatement& statement) {
  switch (statement.kind) {
    case SqlKind::savepoint:
      open.savepoints.emplace_back(statement.name, open.writes);
      return ResultSet{};
    case SqlKind::release:
    case SqlKind::rollback_to:
      return end_savepoint(open, statement);
    case SqlKind::set_transaction:
      return store_error(DbErrorKind::rejected, "there is already a transaction in progress",
                         "25001");
    default:
      break;
  }
  if (!tables_.contains(statement.name)) {
    return store_error(DbErrorKind::undefined_name,
                       "relation \"" + statement.name + "\" does not exist", "42P01");
  }
  if (is_write(statement.kind)) return write(open, statement);
  if (statement.kind == SqlKind::select_all) return select_all(open, statement);
  return select_one(open, statement);
}

TableStore::Answer TableStore::end_savepoint(Open& open, const TableStatement& statement) {
  auto& savepoints = open.savepoints;
  const auto found = std::ranges::find(savepoints | std::views::reverse, statement.name,
                                       &std::pair<std::string, Rows>::first);
  if (found == savepoints.rend()) {
    return store_error(DbErrorKind::undefined_name,
                       "savepoint \"" + statement.name + "\" does not exist", "3B001");
  }
  const auto place = std::prev(found.base());
  if (statement.kind == SqlKind::release) {
    savepoints.erase(place, savepoints.end());
    return ResultSet{};
  }
  open.writes = place->second;
  open.is_failed = false;
  savepoints.erase(std::next(place), savepoints.end());  // It stays itself.
  return ResultSet{};
}

TableStore::Answer TableStore::select_one(Open& open, const TableStatement& statement) const {
  const Key key(statement.name, statement.id);
  open.reads.insert(key);
  ResultSet result({"value"});
  if (const Row row = row_of(open, key); row.value) result.add({*row.value});
  return result;
}

TableStore::Answer TableStore::select_all(Open& open, const TableStatement& statement) const {
  open.scans.insert(statement.name);
  std::set<std::int64_t> ids;
  for (const Rows& rows : {std::cref(view(open)), std::cref(std::as_const(open.writes))}) {
    for (const auto& [key, row] : rows)
      if (key.first == statement.name) ids.insert(key.second);
  }
  ResultSet result({"id", "value"});
  for (const std::int64_t id : ids) {
    if (const Row row = row_of(open, Key(statement.name, id)); row.value)
      result.add({id, *row.value});
  }
  return result;
}

TableStore::Answer TableStore::write(Open& open, const TableStatement& statement) const {
  if (open.mode.is_read_only) {
    return store_error(DbErrorKind::read_only, "cannot write in a read-only transaction", "25006");
  }
  const Key key(statement.name, statement.id);
  const Row row = row_of(open, key);
  const bool is_first = !open.writes.contains(key);
  if (is_first && version_in(*committed_, key) != row.version) return lost_race();
  const bool is_insert = statement.kind == SqlKind::insert;
  if (is_insert && row.value) {
    return store_error(DbErrorKind::unique_violation,
                       "duplicate key value violates unique constraint", "23505");
  }
  if (!is_insert && !row.value) return ResultSet::of_affected(0);
  Row written{statement.value, row.version};
  if (statement.kind == SqlKind::add) written.value = *row.value + statement.value;
  if (statement.kind == SqlKind::remove) written.value.reset();
  open.writes.insert_or_assign(key, written);
  return ResultSet::of_affected(1);
}

const TableStore::Rows& TableStore::view(const Open& open) const {
  const bool sees_all = open.mode.isolation == Isolation::server_default ||
                        open.mode.isolation == Isolation::read_committed;
  return sees_all ? *committed_ : *open.seen;
}

/// As the transaction sees it.
TableStore::Row TableStore::row_of(const Open& open, const Key& key) const {
  if (const auto own = open.writes.find(key); own != open.writes.end()) return own->second;
  const Rows& rows = view(open);
  const auto found = rows.find(key);
  return found == rows.end() ? Row{} : found->second;
}

std::uint64_t TableStore::version_in(const Rows& rows, const Key& key) {
  const auto found = rows.find(key);
  return found == rows.end() ? 0 : found->second.version;
}

void TableStore::refuse(SessionNumber session, ClientCall call) {
  if (call == ClientCall::commit) static_cast<void>(roll_back(session));
  if (Open* const open = find(session)) fail(*open);
}

void TableStore::reset(SessionNumber session) {
  settings_.erase(session);
  if (open_.erase(session) != 0) tell(StoreEffect::undone, session);
}

void TableStore::close(SessionNumber session) {
  settings_.erase(session);
  open_.erase(session);
}

bool TableStore::is_in_transaction(SessionNumber session) const {
  return open_.contains(session);
}

TableStore::Open* TableStore::find(SessionNumber session) {
  const auto found = open_.find(session);
  return found == open_.end() ? nullptr : &found->second;
}

void TableStore::tell(StoreEffect effect, SessionNumber session, const StoreDetail& detail) {
  if (listener_ != nullptr) listener_->on_effect(effect, session, detail);
}

}  // namespace poolproof::mocks
