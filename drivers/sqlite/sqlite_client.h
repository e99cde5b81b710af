#pragma once
// SQLite behind the interfaces of core/db. The knobs: sqlite_options.h. How values are kept:
//
//   value        is stored as    comes back from a column declared     from any other column as
//   null         NULL            (any) as null                         null
//   boolean      integer 0, 1    BOOLEAN, BOOL as boolean              integer
//   integer      integer         (any) as integer                      integer
//   real         real            (any) as real                         real
//   text         text            (any) as text                         text
//   blob         blob            (any) as blob                         blob
//   timestamp    text, in UTC    TIMESTAMP[TZ], DATETIME as timestamp  text
//   decimal      text            DECIMAL..., NUMERIC... as decimal     text
//
// SQLite turns text that looks like a number into one where a column's declared type gives it
// "numeric affinity": '1.50' in DECIMAL(10,2) becomes 1.5, a real. A column keeps decimals exactly
// when its type also has TEXT in it: DECIMAL_TEXT(10,2). A real that is a whole number is an
// integer in columns declared INTEGER or NUMERIC; -0.0 comes back as 0.0; NaN is refused.
// Expressions have no declared type.

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/db_client.h>
#include <poolproof/drivers/sqlite/sqlite_leftovers.h>
#include <poolproof/drivers/sqlite/sqlite_options.h>
#include <poolproof/drivers/sqlite/sqlite_patience.h>
#include <poolproof/drivers/sqlite/sqlite_statement.h>
#include <poolproof/drivers/sqlite/sqlite_statement_cache.h>
#include <poolproof/drivers/sqlite/sqlite_write_queue.h>

struct sqlite3;

namespace poolproof {

struct CloseSqlite {
  void operator()(sqlite3* db) const noexcept;
};
using SqliteHandle = std::unique_ptr<sqlite3, CloseSqlite>;

/// One session with an SQLite database. One thread at a time.
///
/// Parameters are numbered: $N and ?N are the Nth, wherever they stand; ?, :name, @name and $name
/// are numbered by SQLite, in order of first occurrence. $N goes with no other form in one
/// statement.
///
/// Deadlines: a running statement looks at the clock every thousand steps of SQLite's machine, so
/// one long step (a sort, a huge function) is not interrupted. A timed-out write inside a
/// transaction ends the transaction: SQLite rolls it back, and is_in_transaction() says so.
class SqliteClient final : public DbClient {
 public:
  /// `writers` may be null. Errors: connection_failed, timed_out.  Blocks for locks.
  static std::expected<std::unique_ptr<SqliteClient>, DbError> open(
      const std::string& path, const SqliteOptions& options, Clock& clock, Instant deadline,
      std::shared_ptr<SqliteWriteQueue> writers = nullptr);
  /// In a child of the process that opened it, nothing is closed: SQLite forbids it.
  ~SqliteClient() override;

  using DbClient::execute;
  std::expected<ResultSet, DbError> execute(std::string_view sql,
                                            std::span<const Value> parameters) override;
  /// Keeps one row in memory. `visit` must not use this session: its calls are refused with
  /// misuse. When it stops early or throws, what the statement has written stays written.
  std::expected<std::uint64_t, DbError> stream(std::string_view sql,
                                               std::span<const Value> parameters,
                                               const RowVisitor& visit) override;
  /// Runs a statement that reads nothing, so that locks are no sign of death.
  std::expected<void, DbError> ping() override;
  /// Rolls back, clears the deadline, lets writes in again after `pragma query_only` and has
  /// foreign keys enforced as the options say. Errors: rejected, now and from then on, when a
  /// statement has set something else by a pragma, attached a database (VACUUM does) or made
  /// something temporary: SQLite has no way to undo these at once. Pragmas that only tell are
  /// free.
  std::expected<void, DbError> reset() override;

  void set_deadline(Instant deadline) noexcept override { patience_.set_deadline(deadline); }
  [[nodiscard]] bool is_in_transaction() const noexcept override;
  /// In a child of the process that opened it.
  [[nodiscard]] bool is_known_dead() noexcept override { return is_foreign(); }
  [[nodiscard]] Dialect dialect() const noexcept override { return Dialect::sqlite; }

  /// What the prepared statements of this session have saved so far.
  [[nodiscard]] SqliteCacheCounts statement_cache() const noexcept { return cache_.counts(); }

 private:
  struct EndOfTurn {
    SqliteClient* client = nullptr;
    void operator()(SqliteStatement* statement) const noexcept;
  };
  /// The statement that is running, until its end.
  using Turn = std::unique_ptr<SqliteStatement, EndOfTurn>;

  SqliteClient(SqliteHandle db, const SqliteOptions& options, Clock& clock,
               std::shared_ptr<SqliteWriteQueue> writers);

  [[nodiscard]] bool is_foreign() const noexcept;
  [[nodiscard]] std::optional<DbError> refusal(std::string_view sql) const;
  [[nodiscard]] std::optional<DbError> take_turn(const SqliteStatement& statement);

  [[nodiscard]] std::expected<void, DbError> configure(const SqliteOptions& options);
  [[nodiscard]] std::expected<void, DbError> begin_wal();
  [[nodiscard]] std::expected<Turn, DbError> begin(std::string_view sql,
                                                   std::span<const Value> parameters);
  [[nodiscard]] std::expected<std::string, DbError> ask(const std::string& sql);
  [[nodiscard]] DbError failed(int code, std::string_view sql, std::span<const Value> parameters);
  [[nodiscard]] DbError timed(DbError error) const;
  [[nodiscard]] std::expected<void, DbError> undo_leftovers();
  void enforce_foreign_keys() noexcept;

  // In this order: statements end before their database, which asks patience_ and tells
  // leftovers_ until it is closed.
  const bool enforces_foreign_keys_;
  const std::uint32_t process_;  // that opened it
  ThreadClock* const clock_;     // null: nobody can wait on it
  SqliteWriteTurn writing_;      // ends after the database is closed
  SqlitePatience patience_;
  SqliteLeftovers leftovers_;  // since the last reset
  SqliteHandle db_;
  SqliteStatementCache cache_;
  bool is_running_ = false;  // a statement; its turn is not over
};

/// Opens sessions with one database. Any thread. The clock must outlive the sessions, and is the
/// one that their deadlines are instants of.
class SqliteFactory final : public DbClientFactory {
 public:
  SqliteFactory(SqliteOptions options, Clock& clock);
  ~SqliteFactory() override;

  /// Errors: connection_failed, also for a file that is no database or cannot be put into WAL
  /// mode; timed_out; std::bad_alloc.  Blocks for locks, until `deadline` or the busy timeout.
  std::expected<std::unique_ptr<DbClient>, DbError> connect(Instant deadline) override;

 private:
  const SqliteOptions options_;
  const std::string path_;
  Clock& clock_;
  const std::uint32_t process_;
  const std::shared_ptr<SqliteWriteQueue> writers_;
  SqliteHandle keeper_;  // of a database in memory, which lives as long as anyone has it open
};

}  // namespace poolproof
