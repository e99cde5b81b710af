#pragma once
// Transactions as a scenario's clients ask for them, and who is told of what they do. The programs
// themselves are the subject's (subjects/transaction_programs.h).

#include <cstdint>

#include <poolproof/core/clock.h>
#include <poolproof/core/db/dialect.h>
#include <poolproof/mocks/table_sql.h>
#include <poolproof/sim/judge/event.h>
#include <poolproof/sim/subject/transaction_work.h>

namespace poolproof::sim {

/// What a transaction does with the accounts `from` and `to`.
enum class Program : std::uint8_t {
  transfer,   ///< reads both, writes both; serializable
  add,        ///< adds to both; read committed
  nested,     ///< adds, and adds again in a nested transaction
  savepoint,  ///< adds, and adds again in a nested transaction that fails and is undone
  ignores,    ///< adds, whatever the database answers
  fails,      ///< adds, and then its work returns an error
  throws,     ///< adds, and then its work throws
  slow,       ///< adds, and thinks for 10 ms
  reads,      ///< reads all; read only
  does,       ///< as TransactionWork says
};
constexpr auto programs_last = Program::does;

struct TransactionOrder {
  Program program{};
  TransactionWork work{};  ///< of Program::does
  std::uint32_t from = 1;
  std::uint32_t to = 2;
  std::uint32_t attempts_max = 3;
  Instant deadline = Instant::max();
  Dialect dialect = Dialect::postgresql;
};

constexpr std::uint32_t accounts_max = 9;       ///< the store's rows: 1 to this
constexpr std::int32_t account_balance = 1000;  ///< of each, in the beginning
constexpr std::int32_t transfer_amount = 10;    ///< what a program moves
constexpr std::int32_t nested_amount = 5;       ///< and once more, nested
constexpr auto thinking_time = std::chrono::milliseconds(10);

/// How the program is to be begun.
mocks::TransactionMode mode_of(const TransactionOrder& order) noexcept;

/// How the order's database has begun what was begun so: SQLite knows no level but serializable.
mocks::TransactionMode mode_due(const TransactionOrder& order) noexcept;

/// What is moved when the order is committed.
std::int32_t amount_of(const TransactionOrder& order) noexcept;

/// What comes of the order when nothing hinders it.
Outcome outcome_due(const TransactionOrder& order) noexcept;

/// Is told by the subject, on the task that runs the transaction, what happens between manager and
/// pool. It writes it down.
class TransactionWitness {
 public:
  virtual void acquiring(Duration timeout) = 0;
  virtual void acquired(Outcome outcome, SessionId session) = 0;
  virtual void invalidating(SessionId session) = 0;
  virtual void invalidated() = 0;
  /// `leftovers`: what is left on the session then (a set of mocks::Leftover).
  virtual void releasing(SessionId session, std::uint32_t leftovers) = 0;
  virtual void released() = 0;
  /// The work of an attempt is about to return or to throw.
  virtual void worked() = 0;
  /// The manager is about to sleep before another attempt.
  virtual void pausing(Duration duration) = 0;
  /// Whoever asked for the transaction was told that there were so many attempts.
  virtual void counted(std::uint32_t attempts) = 0;

 protected:
  ~TransactionWitness() = default;
};

}  // namespace poolproof::sim
