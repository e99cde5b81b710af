#pragma once
// The SQL that a TableStore understands, taken apart. Keywords are in lower case; X and Y are a
// whole number, $1 or ?.
//
//   begin | start transaction   with immediate, deferred, isolation level L, read only, read
//                               write, deferrable in any order
//   set transaction ...         the same, for the next transaction; pragma query_only = on | off
//   commit | rollback | savepoint N | release [savepoint] N | rollback to [savepoint] N
//   select value from T where id = X | select id, value from T
//   insert into T (id, value) values (X, Y) | delete from T where id = X
//   update T set value = X where id = Y | update T set value = value + X where id = Y

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/transaction.h>
#include <poolproof/core/db/value.h>
#include <poolproof/mocks/client_call.h>

namespace poolproof::mocks {

/// How a transaction was begun.
struct TransactionMode {
  Isolation isolation = Isolation::server_default;  ///< if none was said
  bool is_read_only = false;
  bool is_deferrable = false;
  friend bool operator==(const TransactionMode&, const TransactionMode&) = default;
};

struct TableStatement {
  enum class Kind : std::uint8_t {
    begin,
    set_transaction,
    query_only,
    commit,
    rollback,
    savepoint,
    release,
    rollback_to,
    select_one,
    select_all,
    insert,
    update,
    add,  ///< update with value = value + X
    remove
  };
  Kind kind{};
  std::string name{};  ///< the table's, or the savepoint's
  std::int64_t id = 0;
  std::int64_t value = 0;
  TransactionMode mode{};  ///< begin, set_transaction; of query_only only is_read_only
};

/// Errors: syntax_error; misuse when a parameter is missing or is not a whole number.
std::expected<TableStatement, DbError> parse_table_sql(std::string_view sql,
                                                       std::span<const Value> parameters);

/// How faults and histories call the statement: begin, commit, rollback, else execute.
ClientCall call_of_sql(std::string_view sql) noexcept;

}  // namespace poolproof::mocks
