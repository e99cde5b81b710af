#include <poolproof/drivers/sqlite/sqlite_statement.h>

#include <sqlite3.h>

#include <algorithm>
#include <climits>
#include <utility>

#include <poolproof/drivers/sqlite/sqlite_error.h>
#include <poolproof/drivers/sqlite/sqlite_placeholders.h>
#include <poolproof/drivers/sqlite/sqlite_values.h>

namespace poolproof {
namespace {

std::unexpected<DbError> not_one(std::string message, std::string_view sql) {
  return std::unexpected(own_error(DbErrorKind::misuse, std::move(message), sql));
}

std::string spelled(std::size_t count, std::string_view noun) {
  std::string text = std::to_string(count);
  text.append(" ").append(noun).append(count == 1 ? "" : "s");
  return text;
}

/// Whether SQLite has it where it is, and no copy.
bool is_pointed_to(const Value& value) noexcept {
  const ValueKind kind = value.kind();
  return kind == ValueKind::text || kind == ValueKind::blob || kind == ValueKind::decimal;
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

std::expected<SqliteStatement, DbError> SqliteStatement::prepare(sqlite3& db,
                                                                 std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos)
    return not_one("there is a NUL byte in the text of the statement", sql);
  // What is longer than an int is also longer than SQLite takes, which says so.
  const auto bytes = static_cast<int>(std::min<std::size_t>(sql.size(), INT_MAX));
  sqlite3_stmt* prepared = nullptr;
  const char* end = nullptr;
  const int code =
      sqlite3_prepare_v3(&db, sql.data(), bytes, SQLITE_PREPARE_PERSISTENT, &prepared, &end);
  Handle handle(prepared);
  if (code != SQLITE_OK) return std::unexpected(sqlite_error(db, code, sql));
  if (handle == nullptr) return not_one("there is no statement in the text", sql);
  if (!is_blank_sql({end, sql.data() + sql.size()}))
    return not_one("there is more than one statement in the text", sql);
  SqliteStatement statement(sql, std::move(handle));
  if (const auto problem = statement.number_parameters(); !problem.empty())
    return not_one(std::string(problem), sql);
  return statement;
}

SqliteStatement::SqliteStatement(std::string_view sql, Handle handle)
    : sql_(sql), handle_(std::move(handle)) {}

bool SqliteStatement::may_write() const noexcept {
  return sqlite3_stmt_readonly(handle_.get()) == 0;
}

/// To SQLite "$2" is a name, and names have places in order of their first occurrence. Returns
/// what is wrong.
std::string_view SqliteStatement::number_parameters() {
  const int places = sqlite3_bind_parameter_count(handle_.get());
  std::size_t dollars = 0;
  for (int place = 1; place <= places; ++place) {
    const char* const name = sqlite3_bind_parameter_name(handle_.get(), place);
    const auto dollar = dollar_number(name == nullptr ? "" : name);
    if (dollar) ++dollars;
    numbers_.push_back(dollar.value_or(static_cast<std::size_t>(place)) - 1);
    parameters_ = std::max(parameters_, numbers_.back() + 1);
  }
  if (dollars != 0 && dollars != numbers_.size())
    return "there are placeholders of the form $1 beside others in the statement";
  return {};
}

std::optional<DbError> SqliteStatement::bind(std::span<const Value> parameters) {
  if (parameters.size() != parameters_) {
    return refused(DbErrorKind::misuse,
                   "the statement takes " + spelled(parameters_, "parameter") +
                       ", and was given " + std::to_string(parameters.size()));
  }
  for (std::size_t place = 0; place < numbers_.size(); ++place) {
    if (auto error = bind_one(place, parameters)) return error;
  }
  return std::nullopt;
}

std::optional<DbError> SqliteStatement::bind_one(std::size_t place,
                                                 std::span<const Value> values) {
  const std::size_t number = numbers_[place];
  if (const auto refusal = refusal_of(values[number]); !refusal.empty()) {
    return refused(DbErrorKind::conversion, "parameter " + std::to_string(number + 1) +
                                                " cannot be stored: " + std::string(refusal));
  }
  has_pointers_ |= is_pointed_to(values[number]);
  const int code = bind_value(*handle_, static_cast<int>(place) + 1, values[number]);
  if (code == SQLITE_OK) return std::nullopt;
  return sqlite_error(*sqlite3_db_handle(handle_.get()), code, sql_);
}

DbError SqliteStatement::refused(DbErrorKind kind, std::string message) const {
  return own_error(kind, std::move(message), sql_);
}

int SqliteStatement::step() {
  const int code = sqlite3_step(handle_.get());
  if (!std::exchange(has_begun_, true) && (code == SQLITE_ROW || code == SQLITE_DONE)) {
    const int now = sqlite3_stmt_status(handle_.get(), SQLITE_STMTSTATUS_REPREPARE, 0);
    if (preparations_ != now) describe_columns();
    preparations_ = now;
  }
  return code;
}

void SqliteStatement::describe_columns() {
  ResultSet::Columns columns;
  std::vector<ColumnMeaning> meanings;
  const int count = sqlite3_column_count(handle_.get());
  for (int i = 0; i < count; ++i) {
    const char* const name = sqlite3_column_name(handle_.get(), i);
    const char* const type = sqlite3_column_decltype(handle_.get(), i);
    columns.emplace_back(std::string(name == nullptr ? "" : name),
                         std::string(type == nullptr ? "" : type));
    meanings.push_back(meaning_of(columns.back().type));
  }
  row_.assign(columns.size(), Value());
  columns_ = std::make_shared<const ResultSet::Columns>(std::move(columns));
  meanings_ = std::move(meanings);
}

int SqliteStatement::stop() noexcept {
  has_begun_ = false;
  return sqlite3_reset(handle_.get());
}

void SqliteStatement::finish() noexcept {
  stop();
  // Or text and blobs would be pointed to after they are gone. Numbers are bound over.
  if (std::exchange(has_pointers_, false)) sqlite3_clear_bindings(handle_.get());
}

void SqliteStatement::read_row(std::span<Value> row) const {
  for (std::size_t i = 0; i < row.size(); ++i)
    read_value(*handle_, static_cast<int>(i), meanings_[i], row[i]);
}

RowView SqliteStatement::view_row() {
  read_row(row_);
  return {*columns_, row_};
}

}  // namespace poolproof
