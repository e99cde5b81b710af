#include <poolproof/sim/subject/transaction.h>

namespace poolproof::sim {

mocks::TransactionMode mode_of(const TransactionOrder& order) noexcept {
  switch (order.program) {
    case Program::transfer:
      return {.isolation = Isolation::serializable};
    case Program::add:
      return {.isolation = Isolation::read_committed};
    case Program::reads:
      return {.isolation = Isolation::repeatable_read, .is_read_only = true};
    case Program::does:
      return order.work.mode();
    default:
      return {.isolation = Isolation::repeatable_read};
  }
}

mocks::TransactionMode mode_due(const TransactionOrder& order) noexcept {
  mocks::TransactionMode mode = mode_of(order);
  if (order.dialect == Dialect::sqlite) mode.isolation = Isolation::serializable;
  return mode;
}

std::int32_t amount_of(const TransactionOrder& order) noexcept {
  if (order.program == Program::reads) return 0;
  if (order.program == Program::does) return order.work.moves() * transfer_amount;
  return order.program == Program::nested ? transfer_amount + nested_amount : transfer_amount;
}

Outcome outcome_due(const TransactionOrder& order) noexcept {
  switch (order.program) {
    case Program::throws:
      return Outcome::threw;
    case Program::fails:
      return Outcome::failed;
    case Program::does:
      // What a database does not have is refused before anything is sent.
      if (order.work.mode().is_deferrable && order.dialect != Dialect::postgresql)
        return Outcome::failed;
      return order.work.outcome_due(order.dialect);
    default:
      return Outcome::ok;
  }
}

}  // namespace poolproof::sim
