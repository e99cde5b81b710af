#pragma once
// Writes down what happens between a transaction manager and its pool, and the store that
// scenarios with transactions have.

#include <memory>

#include <poolproof/mocks/table_store.h>
#include <poolproof/sim/scenario/recorder.h>
#include <poolproof/sim/scenario/scenario.h>
#include <poolproof/sim/subject/transaction.h>

namespace poolproof::sim {

/// The accounts, each with account_balance; null for a scenario without transactions.
std::unique_ptr<mocks::TableStore> store_for(const Scenario& scenario, Recorder& recorder);

/// One task's.
class RecordingWitness : public TransactionWitness {
 public:
  explicit RecordingWitness(Recorder& recorder) noexcept : recorder_(recorder) {}
  virtual ~RecordingWitness() = default;

  void asked(const TransactionOrder& order, Instant now);
  void answered(const TransactionOrder& order, Outcome outcome);
  void saw_balances(const mocks::TableStore& store);

  void acquiring(Duration timeout) override {
    recorder_.called({.operation = Operation::acquire, .timeout = timeout});
  }
  void acquired(Outcome outcome, SessionId session) override {
    recorder_.returned({.operation = Operation::acquire, .outcome = outcome, .session = session});
  }
  void invalidating(SessionId session) override {
    recorder_.called({.operation = Operation::invalidate, .session = session});
  }
  void invalidated() override { recorder_.returned({.operation = Operation::invalidate}); }
  void releasing(SessionId session, std::uint32_t leftovers) override {
    recorder_.called({.operation = Operation::release, .session = session, .count = leftovers});
  }
  void released() override { recorder_.returned({.operation = Operation::release}); }
  void worked() override { recorder_.stepped({.step = TransactionStep::worked}); }
  void pausing(Duration duration) override {
    recorder_.stepped({.timeout = duration, .step = TransactionStep::pauses});
  }
  void counted(std::uint32_t attempts) override {
    recorder_.stepped({.count = attempts, .step = TransactionStep::counted});
  }

 private:
  Recorder& recorder_;
};

}  // namespace poolproof::sim
