#pragma once
// The transaction manager of core/db over the pool of core/pool, as a thing to be judged. The pool
// is shown to the manager through a window, so that what passes between them is in the history.

#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/sim/subject/transaction.h>
#include <poolproof/subjects/reference_subject.h>
#include <poolproof/subjects/transaction_programs.h>
#include <poolproof/subjects/witnessed_pool.h>

namespace poolproof::subjects {

/// How a transaction ended, in the words of histories.
sim::Outcome outcome_of(const TransactionError& error) noexcept;

template <class Platform>
class TransactionsSubject : public ReferenceSubject<Platform> {
 public:
  explicit TransactionsSubject(const sim::Environment<Platform>& environment)
      : ReferenceSubject<Platform>(environment) {}

  /// Throws ProgramThrew.
  sim::Outcome transact(const sim::TransactionOrder& order, sim::TransactionWitness& witness) {
    return transact_by(order, witness, [](auto& manager, const auto& options, auto work) {
      return manager.run(options, work);
    });
  }
  /// The same until `stop` is requested.
  sim::Outcome transact(const sim::TransactionOrder& order, sim::TransactionWitness& witness,
                        const typename Platform::stop_token& stop) {
    return transact_by(order, witness, [&stop](auto& manager, const auto& options, auto work) {
      return manager.run_until(stop, options, work);
    });
  }

 private:
  /// `run(manager, options, work)` runs the transaction.
  template <class Run>
  sim::Outcome transact_by(const sim::TransactionOrder& order, sim::TransactionWitness& witness,
                           Run run) {
    using Pool = WitnessedPool<BasicConnectionPool<Platform>>;
    Pool pool(this->pool(), witness);
    RetryPolicy policy{.attempts_max = order.attempts_max,
                       .pause_first = std::chrono::milliseconds(2),
                       .pause_max = std::chrono::milliseconds(4),
                       .seed = pool.config().seed};
    TransactionOptions options = options_of(order);
    const Instant now = this->pool().clock().now();
    if (order.work.has('m') && order.deadline != Instant::max() && order.deadline > now) {
      policy.transaction_timeout = order.deadline - now;
      options.deadline = Instant::max();
    }
    BasicTransactionManager<Pool> manager(pool, policy);
    std::uint32_t attempts = 0;
    // Not everybody asks how many there were.
    const bool counts = order.program == sim::Program::does;
    if (counts) options.attempts = &attempts;
    // What it returns is what comes out: the number of the attempt that went well.
    const auto work = [&](Transaction& transaction) -> std::expected<std::uint32_t, DbError> {
      const Thinking thinking{witness};
      const Worked worked = run_program(order, transaction, this->pool().clock());
      if (!worked) return std::unexpected(worked.error());
      return attempts;
    };
    std::expected<std::uint32_t, TransactionError> answer = attempts;
    if (order.work.returns_nothing()) {
      const auto done = run(manager, options, [&](Transaction& t) { static_cast<void>(work(t)); });
      if (!done) answer = std::unexpected(done.error());
    } else {
      answer = run(manager, options, work);
      if (answer && counts) witness.counted(*answer);
    }
    if (counts) witness.counted(attempts);
    if (answer) return sim::Outcome::ok;
    witness.counted(answer.error().attempts);
    return outcome_of(answer.error());
  }

  /// Its end is the end of an attempt's work.
  struct Thinking {
    sim::TransactionWitness& witness;
    ~Thinking() { witness.worked(); }
  };
};

}  // namespace poolproof::subjects
