#include <poolproof/subjects/transaction_programs.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace poolproof::subjects {
namespace {

using sim::Program;
using sim::TransactionOrder;

Worked done(const std::expected<ResultSet, DbError>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

std::unexpected<DbError> own_error() {
  return std::unexpected(
      DbError{.kind = DbErrorKind::rejected, .message = "the program says no, as it is meant to"});
}

Worked add_to(Transaction& transaction, std::uint32_t account, std::int32_t amount) {
  const std::vector<Value> parameters{amount, account};
  const bool has_numbers = has_numbered_placeholders(transaction.dialect());
  return done(transaction.execute(has_numbers
                                      ? "update accounts set value = value + $1 where id = $2"
                                      : "update accounts set value = value + ? where id = ?",
                                  parameters));
}

Worked move_amount(const TransactionOrder& order, Transaction& transaction, std::int32_t amount) {
  if (auto taken = add_to(transaction, order.from, -amount); !taken) return taken;
  return add_to(transaction, order.to, amount);
}

Worked ignore_all(const TransactionOrder& order, Transaction& transaction) {
  static_cast<void>(add_to(transaction, order.from, -sim::transfer_amount));
  static_cast<void>(add_to(transaction, order.to, sim::transfer_amount));
  return {};
}

std::expected<std::int64_t, DbError> balance_of(Transaction& transaction, std::uint32_t account) {
  const std::vector<Value> parameters{account};
  const bool has_numbers = has_numbered_placeholders(transaction.dialect());
  auto rows = transaction.execute(has_numbers ? "select value from accounts where id = $1"
                                              : "select value from accounts where id = ?",
                                  parameters);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return own_error();
  return rows->row(0).get<std::int64_t>(0);
}

Worked set_balance(Transaction& transaction, std::uint32_t account, std::int64_t balance) {
  const std::vector<Value> parameters{balance, account};
  const bool has_numbers = has_numbered_placeholders(transaction.dialect());
  return done(transaction.execute(has_numbers ? "update accounts set value = $1 where id = $2"
                                              : "update accounts set value = ? where id = ?",
                                  parameters));
}

/// As applications do it that keep their arithmetic to themselves.
Worked read_and_write(const TransactionOrder& order, Transaction& transaction) {
  const auto from = balance_of(transaction, order.from);
  if (!from) return std::unexpected(from.error());
  const auto to = balance_of(transaction, order.to);
  if (!to) return std::unexpected(to.error());
  const auto taken = set_balance(transaction, order.from, *from - sim::transfer_amount);
  if (!taken) return taken;
  return set_balance(transaction, order.to, *to + sim::transfer_amount);
}

Worked add_nested(const TransactionOrder& order, Transaction& transaction) {
  return transaction.nested(
      [&](Transaction& inner) { return move_amount(order, inner, sim::nested_amount); });
}

/// What comes of a nested part that ended with `error`, which is given up: the rest goes on, if it
/// was undone.
Worked given_up(const Transaction& transaction, const Worked& error) {
  if (transaction.state() == TransactionState::open) return {};
  if (transaction.failure() != nullptr) return std::unexpected(*transaction.failure());
  return error;
}

Worked undo_nested(const TransactionOrder& order, Transaction& transaction) {
  const Worked nested = transaction.nested([&](Transaction& inner) -> Worked {
    if (auto moved = move_amount(order, inner, sim::nested_amount); !moved) return moved;
    return own_error();
  });
  return given_up(transaction, nested);
}

/// What ends, begins or divides a transaction, as it may be written.
constexpr std::array<std::string_view, 13> common_ways{"commit",
                                                       " ; /* done */ Commit",
                                                       "-- so\nrollback",
                                                       "end",
                                                       "abort",
                                                       "savepoint mine",
                                                       "START transaction",
                                                       "prepare transaction 'x'",
                                                       "release mine",
                                                       "/**/begin",
                                                       "/***/ -- a\n-- b\n;;ROLLBACK to mine",
                                                       "\t\r\n\f\v;/* a * / b */COMMIT/*c*/",
                                                       "PREPARE/* it */Transaction 'x'"};
constexpr std::array<std::string_view, 3> ways_of_postgresql{
    "/* a /* b */ c */ commit", "-- so\rend", "/*/**/*/-- \r/* */rollback"};
constexpr std::array<std::string_view, 4> ways_of_mysql{"# so\ncommit", "/*!40101 commit */",
                                                        "/*! rollback */", "/* a /* b */ commit"};

std::span<const std::string_view> own_ways(Dialect dialect) noexcept {
  if (dialect == Dialect::postgresql) return ways_of_postgresql;
  if (dialect == Dialect::mysql) return ways_of_mysql;
  return {};
}

constexpr std::string_view refused = "select value from nowhere where id = 1";

/// Carries out a TransactionWork.
class Doer {
 public:
  Doer(const TransactionOrder& order, Clock& clock) : order_(order), clock_(clock) {}

  Worked run(std::string_view deeds, Transaction& transaction) {
    for (std::size_t at = 0; at < deeds.size(); ++at) {
      const std::size_t end = sim::TransactionWork::closing(deeds, at);
      const bool opens = std::string_view("([{<").find(deeds[at]) != std::string_view::npos;
      const Worked one = opens ? within(deeds[at], deeds.substr(at + 1, end - at - 1), transaction)
                               : act(deeds[at], transaction);
      if (!one) return one;
      if (opens) at = end;
    }
    return {};
  }

 private:
  Worked act(char deed, Transaction& transaction) {
    switch (deed) {
      case '+':
        return move_amount(order_, transaction, sim::transfer_amount);
      case '*':
        return done(transaction.execute("select id, value from accounts"));
      case ':':
        return ignore_all(order_, transaction);
      case '~':
        return stream(transaction, [](RowView) { return true; });
      case '@':
        return stream(transaction, [](RowView) -> bool { throw ProgramThrew(); });
      case '?':
        return done(transaction.execute(refused));
      case '&':
        static_cast<void>(transaction.execute(refused));
        return {};
      case '%':
        return say_control(transaction);
      case '.':
        clock_.sleep_until(deadline_after(clock_.now(), sim::thinking_time));
        return {};
      case '!':
        return own_error();
      case '#':
        throw ProgramThrew();
      case '=':
        return transaction.commit();
      case '-':
        static_cast<void>(transaction.rollback());  // Where it fails, the transaction remembers.
        return {};
      default: {
        const Transaction elsewhere(std::move(transaction));  // And with that it is rolled back.
        return {};
      }
    }
  }

  static Worked stream(Transaction& transaction, const RowVisitor& visit) {
    const auto rows = transaction.stream("select id, value from accounts", {}, visit);
    if (!rows) return std::unexpected(rows.error());
    return {};
  }

  /// Another way each time.
  Worked say_control(Transaction& transaction) {
    const std::span<const std::string_view> own = own_ways(transaction.dialect());
    const std::size_t number = said_++ % (common_ways.size() + own.size());
    const std::string_view way =
        number < common_ways.size() ? common_ways[number] : own[number - common_ways.size()];
    const auto answer = transaction.execute(way);
    if (!answer && answer.error().kind == DbErrorKind::misuse) return {};
    return done(answer);
  }

  Worked within(char bracket, std::string_view deeds, Transaction& transaction) {
    if (bracket == '(')
      return transaction.nested([&](Transaction& inner) { return run(deeds, inner); });
    if (bracket == '[') {
      const Worked undone = transaction.nested([&](Transaction& inner) -> Worked {
        if (const Worked ran = run(deeds, inner); !ran) return ran;
        return own_error();
      });
      return given_up(transaction, undone);
    }
    auto savepoint = transaction.savepoint();
    if (!savepoint) return std::unexpected(savepoint.error());
    if (const Worked ran = run(deeds, transaction); !ran) return ran;
    if (bracket != '{') return {};
    if (const Worked released = savepoint->release(); !released) return released;
    // It has ended, and neither can be said again.
    const bool is_over = is_misuse(savepoint->release()) && is_misuse(savepoint->rollback());
    return is_over ? Worked{} : own_error();
  }
  static bool is_misuse(const Worked& answer) {
    return !answer && answer.error().kind == DbErrorKind::misuse;
  }

  const TransactionOrder& order_;
  Clock& clock_;
  /// Where say_control() goes on: from works that say it once each way is heard, too.
  std::size_t said_ = order_.from + order_.to + order_.work.letters().size();
};

}  // namespace

TransactionOptions options_of(const TransactionOrder& order) noexcept {
  const mocks::TransactionMode mode = sim::mode_of(order);
  return {.isolation = mode.isolation,
          .is_read_only = mode.is_read_only,
          .is_deferrable = mode.is_deferrable,
          .deadline = order.deadline};
}

Worked run_program(const TransactionOrder& order, Transaction& transaction, Clock& clock) {
  if (order.program == Program::does)
    return Doer(order, clock).run(order.work.deeds(), transaction);
  if (order.program == Program::reads)
    return done(transaction.execute("select id, value from accounts"));
  if (order.program == Program::ignores) return ignore_all(order, transaction);
  const Worked moved = order.program == Program::transfer
                           ? read_and_write(order, transaction)
                           : move_amount(order, transaction, sim::transfer_amount);
  if (!moved) return moved;
  switch (order.program) {
    case Program::nested:
      return add_nested(order, transaction);
    case Program::savepoint:
      return undo_nested(order, transaction);
    case Program::fails:
      return own_error();
    case Program::throws:
      throw ProgramThrew();
    case Program::slow:
      clock.sleep_until(deadline_after(clock.now(), sim::thinking_time));
      return {};
    default:
      return {};
  }
}

}  // namespace poolproof::subjects
