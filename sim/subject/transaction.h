#pragma once
// Transactions as a scenario's clients ask for them, and who is told of what they do. The programs
// themselves are the subject's (subjects/transaction_programs.h).

#include <cstdint>

#include <poolproof/core/clock.h>
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
};

constexpr std::uint32_t accounts_max = 9;       ///< the store's rows: 1 to this
constexpr std::int32_t account_balance = 1000;  ///< of each, in the beginning
constexpr std::int32_t transfer_amount = 10;    ///< what a program moves
constexpr std::int32_t nested_amount = 5;       ///< and once more, nested
constexpr auto thinking_time = std::chrono::milliseconds(10);

/// What is moved when the order is committed.
inline std::int32_t amount_of(const TransactionOrder& order) noexcept {
  if (order.program == Program::reads) return 0;
  if (order.program == Program::does) return order.work.moves() * transfer_amount;
  return order.program == Program::nested ? transfer_amount + nested_amount : transfer_amount;
}

/// What comes of the order when nothing hinders it.
inline Outcome outcome_due(const TransactionOrder& order) noexcept {
  const bool does = order.program == Program::does;
  if (order.program == Program::throws || (does && order.work.has('#'))) return Outcome::threw;
  const bool fails = does && (order.work.has('!') || order.work.has('^'));
  return order.program == Program::fails || fails ? Outcome::failed : Outcome::ok;
}

/// Is told by the subject, on the task that runs the transaction, what happens between manager and
/// pool. It writes it down.
class TransactionWitness {
 public:
  virtual void acquiring(Duration timeout) = 0;
  virtual void acquired(Outcome outcome, SessionId session) = 0;
  virtual void invalidating(SessionId session) = 0;
  virtual void invalidated() = 0;
  virtual void releasing(SessionId session) = 0;
  virtual void released() = 0;
  /// The work of an attempt is about to return or to throw.
  virtual void worked() = 0;
  /// The manager is about to sleep before another attempt.
  virtual void pausing(Duration duration) = 0;

 protected:
  ~TransactionWitness() = default;
};

}  // namespace poolproof::sim
