#pragma once
// One prepared statement: its parameters by number, its columns and what they mean, its rows.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/result_set.h>
#include <poolproof/core/db/value.h>

struct sqlite3;
struct sqlite3_stmt;

namespace poolproof {

enum class ColumnMeaning : std::uint8_t;

/// One thread at a time. Bound parameters must stay in place until finish().
class SqliteStatement {
 public:
  /// Errors: of all kinds; misuse for no statement or more than one, and for placeholders that
  /// mix "$1" with others.
  static std::expected<SqliteStatement, DbError> prepare(sqlite3& db, std::string_view sql);

  [[nodiscard]] const std::string& sql() const noexcept { return sql_; }
  /// Whether it may take SQLite's write lock.
  [[nodiscard]] bool may_write() const noexcept;

  /// Errors: misuse for another number of them; conversion for what SQLite cannot hold;
  /// resource_exhausted. Some may be bound then, until finish().
  [[nodiscard]] std::optional<DbError> bind(std::span<const Value> parameters);
  /// To the next row. Returns SQLite's result code: SQLITE_ROW, SQLITE_DONE, or an error's. The
  /// first step prepares again if the schema has changed.
  [[nodiscard]] int step();
  /// Gives up its locks and what it did not do. Returns the result code of what remained to be
  /// done, such as the commit of a statement whose rows nobody wanted.
  int stop() noexcept;
  /// Ready for another run, with nothing bound that points to a parameter.
  void finish() noexcept;

  /// Since the first step.
  [[nodiscard]] const std::shared_ptr<const ResultSet::Columns>& columns() const noexcept {
    return columns_;
  }
  /// Assigns the current row to as many values. Errors: std::bad_alloc.
  void read_row(std::span<Value> row) const;
  /// The same in memory that is used again for the next row.
  [[nodiscard]] RowView view_row();

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Handle = std::unique_ptr<sqlite3_stmt, Finalize>;

  SqliteStatement(std::string_view sql, Handle handle);
  [[nodiscard]] std::string_view number_parameters();
  [[nodiscard]] DbError refused(DbErrorKind kind, std::string message) const;
  [[nodiscard]] std::optional<DbError> bind_one(std::size_t place, std::span<const Value> values);
  void describe_columns();

  std::string sql_;
  Handle handle_;
  std::vector<std::size_t> numbers_;  // of the parameter at each place of SQLite's, from 0
  std::size_t parameters_ = 0;
  bool has_pointers_ = false;  // to parameters
  bool has_begun_ = false;     // whether a row was asked for since finish()
  int preparations_ = -1;      // how often SQLite had prepared it when columns_ were described
  std::shared_ptr<const ResultSet::Columns> columns_;
  std::vector<ColumnMeaning> meanings_;
  ResultSet::Row row_;
};

}  // namespace poolproof
