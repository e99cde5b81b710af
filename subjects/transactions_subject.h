#pragma once
// The transaction manager of core/db over the pool of core/pool, as a thing to be judged. The pool
// is shown to the manager through a window, so that what passes between them is in the history.

#include <algorithm>
#include <expected>
#include <utility>

#include <poolproof/core/db/transaction_manager.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/subject/transaction.h>
#include <poolproof/subjects/reference_subject.h>
#include <poolproof/subjects/transaction_programs.h>

namespace poolproof::subjects {

/// How a transaction ended, in the words of histories.
sim::Outcome outcome_of(const TransactionError& error) noexcept;

/// A lease whose end is told.
class WitnessedLease {
 public:
  WitnessedLease(Lease lease, sim::TransactionWitness& witness) noexcept
      : lease_(std::move(lease)), witness_(&witness) {}
  WitnessedLease(WitnessedLease&&) noexcept = default;
  WitnessedLease& operator=(WitnessedLease&&) = delete;
  ~WitnessedLease() { release(); }

  [[nodiscard]] DbClient& client() const { return lease_.client(); }
  [[nodiscard]] const PooledConnection& connection() const { return lease_.connection(); }
  void invalidate() noexcept {
    if (!lease_) return;
    witness_->invalidating(session());
    lease_.invalidate();
    witness_->invalidated();
  }
  void release() noexcept {
    if (!lease_) return;
    witness_->releasing(session());
    lease_.release();
    witness_->released();
  }
  [[nodiscard]] sim::SessionId session() const {
    return sim::SessionId{
        static_cast<std::uint32_t>(static_cast<mocks::MockDbClient&>(lease_.client()).session())};
  }

 private:
  Lease lease_;
  sim::TransactionWitness* witness_;
};

/// A clock whose sleepers are told of.
class WitnessedClock final : public Clock {
 public:
  WitnessedClock(Clock& clock, sim::TransactionWitness& witness) noexcept
      : clock_(clock), witness_(witness) {}
  [[nodiscard]] Instant now() const noexcept override { return clock_.now(); }
  void sleep_until(Instant instant) override {
    witness_.pausing(std::max(instant - clock_.now(), Duration::zero()));
    clock_.sleep_until(instant);
  }

 private:
  Clock& clock_;
  sim::TransactionWitness& witness_;
};

/// What a transaction manager needs of a pool, and every call is told.
template <class Pool>
class WitnessedPool {
 public:
  WitnessedPool(Pool& pool, sim::TransactionWitness& witness) noexcept
      : pool_(pool), witness_(witness), clock_(pool.clock(), witness) {}

  std::expected<WitnessedLease, AcquireError> acquire_until(Instant deadline,
                                                            std::source_location taken_by) {
    witness_.acquiring(deadline == Instant::max()
                           ? Duration::max()
                           : std::max(deadline - pool_.clock().now(), Duration::zero()));
    auto lease = pool_.acquire_until(deadline, taken_by);
    if (!lease) {
      witness_.acquired(outcome_of(lease.error().kind), {});
      return std::unexpected(std::move(lease.error()));
    }
    WitnessedLease witnessed(std::move(*lease), witness_);
    witness_.acquired(sim::Outcome::ok, witnessed.session());
    return witnessed;
  }
  [[nodiscard]] WitnessedClock& clock() noexcept { return clock_; }
  [[nodiscard]] const PoolConfig& config() const noexcept { return pool_.config(); }

 private:
  Pool& pool_;
  sim::TransactionWitness& witness_;
  WitnessedClock clock_;
};

template <class Platform>
class TransactionsSubject : public ReferenceSubject<Platform> {
 public:
  explicit TransactionsSubject(const sim::Environment<Platform>& environment)
      : ReferenceSubject<Platform>(environment) {}

  /// Throws ProgramThrew.
  sim::Outcome transact(const sim::TransactionOrder& order, sim::TransactionWitness& witness) {
    using Pool = WitnessedPool<BasicConnectionPool<Platform>>;
    Pool pool(this->pool(), witness);
    BasicTransactionManager<Pool> manager(pool, {.attempts_max = order.attempts_max,
                                                 .pause_first = std::chrono::milliseconds(2),
                                                 .pause_max = std::chrono::milliseconds(4),
                                                 .seed = pool.config().seed});
    const auto answer = manager.run(options_of(order), [&](Transaction& transaction) -> Worked {
      const Thinking thinking{witness};
      return run_program(order, transaction, this->pool().clock());
    });
    return answer ? sim::Outcome::ok : outcome_of(answer.error());
  }

 private:
  /// Its end is the end of an attempt's work.
  struct Thinking {
    sim::TransactionWitness& witness;
    ~Thinking() { witness.worked(); }
  };
};

}  // namespace poolproof::subjects
