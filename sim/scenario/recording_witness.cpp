#include <poolproof/sim/scenario/recording_witness.h>

#include <poolproof/sim/judge/transaction_mode.h>
#include <poolproof/sim/scenario/driver.h>

namespace poolproof::sim {
namespace {

constexpr std::string_view accounts_table = "accounts";

}  // namespace

std::unique_ptr<mocks::TableStore> store_for(const Scenario& scenario, Recorder& recorder) {
  if (!has_step(scenario, Step::Kind::transact)) return nullptr;
  auto store = std::make_unique<mocks::TableStore>(&recorder);
  store->set_dialect(scenario.dialect);
  store->create_table(std::string(accounts_table));
  for (std::uint32_t account = 1; account <= accounts_max; ++account)
    store->put(accounts_table, account, account_balance);
  return store;
}

void RecordingWitness::asked(const TransactionOrder& order, Instant now) {
  const Duration left = order.deadline == Instant::max() ? Duration::max() : order.deadline - now;
  recorder_.stepped({.outcome = outcome_due(order),
                     .timeout = left,
                     .count = order.attempts_max,
                     .step = TransactionStep::run,
                     .amount = number_of(mode_due(order))});
}

void RecordingWitness::answered(const TransactionOrder& order, Outcome outcome) {
  const std::int32_t amount = amount_of(order);
  const bool may_have_committed = outcome == Outcome::ok || outcome == Outcome::ambiguous;
  if (may_have_committed && amount != 0) {
    recorder_.stepped({.count = order.from, .step = TransactionStep::claims, .amount = -amount});
    recorder_.stepped({.count = order.to, .step = TransactionStep::claims, .amount = amount});
  }
  recorder_.stepped({.outcome = outcome, .step = TransactionStep::done});
}

void RecordingWitness::saw_balances(const mocks::TableStore& store) {
  if (!recorder_.is_writing()) return;
  for (std::uint32_t account = 1; account <= accounts_max; ++account) {
    const std::int64_t balance = store.get(accounts_table, account).value_or(0);
    recorder_.stepped({.count = account,
                       .step = TransactionStep::balance,
                       .amount = static_cast<std::int32_t>(balance)});
  }
}

}  // namespace poolproof::sim
