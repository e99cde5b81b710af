// How a session begins.
#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <new>
#include <utility>

#include <poolproof/drivers/process.h>
#include <poolproof/drivers/sqlite/sqlite_client.h>
#include <poolproof/drivers/sqlite/sqlite_error.h>

namespace poolproof {
namespace {

constexpr std::string_view in_memory = ":memory:";

DbError cannot_open(const std::string& path, const std::string& why) {
  return {DbErrorKind::connection_failed, "cannot open " + path + ": " + why};
}

/// A name of its own for each factory's database in memory. Not shared-cache mode, whose sessions
/// lock each other's tables in a way that no busy handler hears of; this is a file in memory.
std::string name_in_memory() {
  static std::atomic<std::uint64_t> names = 0;
  return "file:/poolproof-" + std::to_string(names.fetch_add(1)) + "?vfs=memdb";
}

SqliteHandle open_handle(const std::string& path, bool is_read_only) {
  // One thread at a time is what DbClient promises, so a mutex for each session would be idle.
  const int flags =
      SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
      (is_read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  sqlite3* db = nullptr;
  sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  return SqliteHandle(db);  // Also after a failure, which it tells of.
}

}  // namespace

std::expected<std::unique_ptr<SqliteClient>, DbError> SqliteClient::open(
    const std::string& path, const SqliteOptions& options, Clock& clock, Instant deadline,
    std::shared_ptr<SqliteWriteQueue> writers) {
  SqliteHandle db = open_handle(path, options.is_read_only);
  if (db == nullptr) throw std::bad_alloc();
  if (const int code = sqlite3_extended_errcode(db.get()); code != SQLITE_OK) {
    DbError error = cannot_open(options.path, sqlite3_errmsg(db.get()) + cause_of(*db, code));
    error.code = std::to_string(code);
    return std::unexpected(std::move(error));
  }
  std::unique_ptr<SqliteClient> client(
      new SqliteClient(std::move(db), options, clock, std::move(writers)));
  client->set_deadline(deadline);
  if (auto configured = client->configure(options); !configured) {
    DbError error = std::move(configured.error());
    if (error.kind != DbErrorKind::timed_out) error.kind = DbErrorKind::connection_failed;
    error.message = "cannot open " + options.path + ": " + error.message;
    error.statement.clear();  // One of ours, which says nothing to the caller.
    return std::unexpected(std::move(error));
  }
  client->set_deadline(Instant::max());
  client->leftovers_ = {};  // Those were ours.
  return client;
}

std::expected<void, DbError> SqliteClient::configure(const SqliteOptions& options) {
  if (patience_.is_over())
    return std::unexpected(own_error(DbErrorKind::timed_out, "the deadline has passed", ""));
  enforce_foreign_keys();
  // Or a mistyped "name" would be read as the text 'name'.
  for (const int doubtful : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL})
    sqlite3_db_config(db_.get(), doubtful, 0, static_cast<int*>(nullptr));
  // The first look into the file: one that is no database is found out here.
  const std::string level(to_string(options.synchronous));
  if (auto set = ask("pragma synchronous = " + level); !set)
    return std::unexpected(std::move(set.error()));
  if (options.uses_wal && !options.is_read_only && options.path != in_memory) return begin_wal();
  return {};
}

/// Two sessions that do this at the same time are each told at once that the other is in the way.
std::expected<void, DbError> SqliteClient::begin_wal() {
  const std::string sql = "pragma journal_mode = wal";
  auto mode = ask(sql);
  for (int tries = 0; !mode && mode.error().kind == DbErrorKind::busy; ++tries) {
    if (!patience_.wait_again(tries)) break;
    mode = ask(sql);
  }
  if (!mode) return std::unexpected(timed(std::move(mode.error())));
  if (*mode == "wal") return {};
  return std::unexpected(own_error(DbErrorKind::connection_failed,
                                   "its journal mode stays \"" + *mode + "\" instead of WAL",
                                   sql));
}

SqliteFactory::SqliteFactory(SqliteOptions options, Clock& clock)
    : options_(std::move(options)),
      path_(options_.path == in_memory ? name_in_memory() : options_.path),
      clock_(clock),
      process_(ProcessGeneration::now()),
      writers_(options_.queues_writers && !options_.is_read_only
                   ? std::make_shared<SqliteWriteQueue>()
                   : nullptr),
      keeper_(options_.path == in_memory ? open_handle(path_, false) : nullptr) {}

SqliteFactory::~SqliteFactory() {
  if (process_ != ProcessGeneration::now()) static_cast<void>(keeper_.release());
}

std::expected<std::unique_ptr<DbClient>, DbError> SqliteFactory::connect(Instant deadline) {
  if (path_.empty()) return std::unexpected(cannot_open("\"\"", "an empty path names no file"));
  // In a child, the queue is a copy of the parent's, whose turns never end.
  const bool is_foreign = process_ != ProcessGeneration::now();
  return SqliteClient::open(path_, options_, clock_, deadline, is_foreign ? nullptr : writers_);
}

}  // namespace poolproof
