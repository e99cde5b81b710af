#include <poolproof/mocks/table_sql.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace poolproof::mocks {
namespace {

using Statement = TableStatement;
using StatementKind = TableStatement::Kind;

constexpr std::string_view sql_spaces = " \t\r\n";

bool is_mark(char c) noexcept {
  return c == '(' || c == ')' || c == ',' || c == '=' || c == '+';
}

/// Reads from left to right.
class SqlReader {
 public:
  SqlReader(std::string_view sql, std::span<const Value> parameters) noexcept
      : left_(sql), sql_(sql), parameters_(parameters) {}

  std::expected<Statement, DbError> statement() {
    const bool is_read = read();
    if (is_read && next().empty() && !error_) return std::move(statement_);
    if (error_) return std::unexpected(std::move(*error_));
    return std::unexpected(DbError{.kind = DbErrorKind::syntax_error,
                                   .message = "not in the SQL of a table store",
                                   .code = "42601",
                                   .statement = std::string(sql_)});
  }

 private:
  bool read() {
    const std::string_view word = next();
    if (word == "begin") return options(StatementKind::begin);
    if (word == "start") return take("transaction") && options(StatementKind::begin);
    if (word == "set") return take("transaction") && options(StatementKind::set_transaction);
    if (word == "pragma") return query_only();
    if (word == "commit") return is(StatementKind::commit);
    if (word == "rollback") return rollback();
    if (word == "savepoint") return is(StatementKind::savepoint) && name();
    if (word == "release") return is(StatementKind::release) && (may("savepoint"), name());
    if (word == "select") return select();
    if (word == "insert") return insert();
    if (word == "update") return update();
    return word == "delete" && is(StatementKind::remove) && take("from") && name() && where_id();
  }

  bool is(StatementKind kind) noexcept {
    statement_.kind = kind;
    return true;
  }

  bool options(StatementKind kind) {
    statement_.kind = kind;
    for (;;) {
      if (may("isolation")) {
        if (!take("level") || !level()) return false;
      } else if (may("read")) {
        mode().is_read_only = may("only");
        if (!mode().is_read_only && !take("write")) return false;
      } else if (may("immediate") || may("deferred")) {
        mode().isolation =
            Isolation::serializable;  // SQLite, whose words these are, has no other.
      } else if (may("deferrable")) {
        mode().is_deferrable = true;
      } else {
        return true;
      }
    }
  }

  TransactionMode& mode() noexcept { return statement_.mode; }

  bool level() {
    if (may("serializable")) {
      mode().isolation = Isolation::serializable;
    } else if (may("repeatable")) {
      mode().isolation = Isolation::repeatable_read;
      return take("read");
    } else {
      mode().isolation = Isolation::read_committed;
      return take("read") && take("committed");
    }
    return true;
  }

  bool query_only() {
    if (!is(StatementKind::query_only) || !take("query_only") || !take("=")) return false;
    mode().is_read_only = may("on");
    return mode().is_read_only || take("off");
  }

  bool rollback() {
    if (!may("to")) return is(StatementKind::rollback);
    return is(StatementKind::rollback_to) && (may("savepoint"), name());
  }

  bool select() {
    if (may("value")) {
      return is(StatementKind::select_one) && take("from") && name() && where_id();
    }
    return is(StatementKind::select_all) && take("id") && take(",") && take("value") &&
           take("from") && name();
  }

  bool insert() {
    return is(StatementKind::insert) && take("into") && name() && take("(") && take("id") &&
           take(",") && take("value") && take(")") && take("values") && take("(") &&
           number(statement_.id) && take(",") && number(statement_.value) && take(")");
  }

  bool update() {
    if (!name() || !take("set") || !take("value") || !take("=")) return false;
    if (!may("value")) {
      return is(StatementKind::update) && number(statement_.value) && where_id();
    }
    return is(StatementKind::add) && take("+") && number(statement_.value) && where_id();
  }

  bool where_id() { return take("where") && take("id") && take("=") && number(statement_.id); }

  bool name() {
    statement_.name = next();
    return !statement_.name.empty() && !is_mark(statement_.name.front());
  }

  bool number(std::int64_t& into) {
    const std::string_view word = next();
    if (word == "?") return parameter(++parameters_seen_, into);
    std::size_t place = 0;
    if (word.starts_with('$')) return parse(word.substr(1), place) && parameter(place, into);
    return parse(word, into);
  }

  bool parameter(std::size_t place, std::int64_t& into) {
    const std::int64_t* given = place == 0 || place > parameters_.size()
                                    ? nullptr
                                    : parameters_[place - 1].get_if<std::int64_t>();
    if (given == nullptr) {
      error_ = DbError{
          .kind = DbErrorKind::misuse,
          .message = "parameter " + std::to_string(place) + " is missing or not a whole number",
          .statement = std::string(sql_)};
      return false;
    }
    into = *given;
    return true;
  }

  template <class Number>
  static bool parse(std::string_view word, Number& into) noexcept {
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, into);
    return error == std::errc{} && stop == end;
  }

  bool take(std::string_view word) { return next() == word; }

  bool may(std::string_view word) {
    const std::string_view before = left_;
    if (next() == word) return true;
    left_ = before;
    return false;
  }

  std::string_view next() {
    left_.remove_prefix(std::min(left_.find_first_not_of(sql_spaces), left_.size()));
    if (left_.empty()) return {};
    std::size_t length = 1;
    if (!is_mark(left_.front())) {
      const auto is_end = [](char c) {
        return is_mark(c) || sql_spaces.find(c) != std::string_view::npos;
      };
      length = static_cast<std::size_t>(std::ranges::find_if(left_, is_end) - left_.begin());
    }
    const std::string_view word = left_.substr(0, length);
    left_.remove_prefix(length);
    return word;
  }

  std::string_view left_;
  std::string_view sql_;
  std::span<const Value> parameters_;
  std::size_t parameters_seen_ = 0;
  Statement statement_;
  std::optional<DbError> error_;
};

}  // namespace

std::expected<TableStatement, DbError> parse_table_sql(std::string_view sql,
                                                       std::span<const Value> parameters) {
  return SqlReader(sql, parameters).statement();
}

ClientCall call_of_sql(std::string_view sql) noexcept {
  if (sql.starts_with("begin") || sql.starts_with("start transaction")) return ClientCall::begin;
  if (sql == "commit") return ClientCall::commit;
  return sql == "rollback" ? ClientCall::rollback : ClientCall::execute;
}

}  // namespace poolproof::mocks
