#pragma once
// A pool as a transaction manager sees it through a window: whatever passes between the two is
// told to a witness.

#include <algorithm>
#include <concepts>
#include <expected>
#include <source_location>
#include <utility>

#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/lease.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/subject/transaction.h>
#include <poolproof/subjects/reference_subject.h>

namespace poolproof::subjects {

/// A lease whose end is told. Its sessions are `Client`s, which have a number.
template <class Client>
class WitnessedLease {
 public:
  WitnessedLease(poolproof::Lease lease, sim::TransactionWitness& witness) noexcept
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
  void report(const DbError& error) noexcept { lease_.report(error); }
  void release() noexcept {
    if (!lease_) return;
    witness_->releasing(session(), leftovers());
    lease_.release();
    witness_->released();
  }
  [[nodiscard]] sim::SessionId session() const {
    return sim::SessionId{
        static_cast<std::uint32_t>(static_cast<const Client&>(lease_.client()).session())};
  }

 private:
  /// Only a mock tells.
  [[nodiscard]] std::uint32_t leftovers() const {
    if constexpr (requires(const Client& client) { client.leftovers(); })
      return static_cast<const Client&>(lease_.client()).leftovers();
    return 0;
  }

  poolproof::Lease lease_;
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
template <class Pool, class Client = mocks::MockDbClient>
class WitnessedPool {
 public:
  using Lease = WitnessedLease<Client>;

  WitnessedPool(Pool& pool, sim::TransactionWitness& witness) noexcept
      : pool_(pool), witness_(witness), clock_(pool.clock(), witness) {}

  std::expected<Lease, AcquireError> acquire_until(Instant deadline,
                                                   std::source_location taken_by) {
    return told(deadline, [&] { return pool_.acquire_until(deadline, taken_by); });
  }
  /// The same until a stop is requested of `stop`, or of the token that `stop()` returns, which is
  /// called when the witness has been told.
  template <class Stop>
  std::expected<Lease, AcquireError> acquire_until(Instant deadline, const Stop& stop,
                                                   std::source_location taken_by) {
    return told(deadline, [&] {
      if constexpr (std::invocable<const Stop&>)
        return pool_.acquire_until(deadline, stop(), taken_by);
      else
        return pool_.acquire_until(deadline, stop, taken_by);
    });
  }
  template <class StopToken>
  bool pause_until(Instant end, const StopToken& stop) {
    witness_.pausing(std::max(end - pool_.clock().now(), Duration::zero()));
    return pool_.pause_until(end, stop);
  }
  [[nodiscard]] WitnessedClock& clock() noexcept { return clock_; }
  [[nodiscard]] const PoolConfig& config() const noexcept { return pool_.config(); }

 private:
  template <class Acquire>
  std::expected<Lease, AcquireError> told(Instant deadline, Acquire&& acquire) {
    witness_.acquiring(deadline == Instant::max()
                           ? Duration::max()
                           : std::max(deadline - pool_.clock().now(), Duration::zero()));
    auto lease = acquire();
    if (!lease) {
      witness_.acquired(sim::outcome_of(lease.error().kind), {});
      return std::unexpected(std::move(lease.error()));
    }
    Lease witnessed(std::move(*lease), witness_);
    witness_.acquired(sim::Outcome::ok, witnessed.session());
    return witnessed;
  }

  Pool& pool_;
  sim::TransactionWitness& witness_;
  WitnessedClock clock_;
};

}  // namespace poolproof::subjects
