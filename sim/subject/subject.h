#pragma once
// A pool under judgement, as a scenario's clients see it. Users do not implement this: they write
// a small class (docs/your-own-pool.md) and sim/subject/subject_adapter.h makes it one of these.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include <poolproof/core/clock.h>
#include <poolproof/core/ensure.h>
#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/mocks/client_call.h>
#include <poolproof/sim/judge/capabilities.h>
#include <poolproof/sim/judge/event.h>
#include <poolproof/sim/judge/history.h>
#include <poolproof/sim/subject/transaction.h>

namespace poolproof::sim {

/// What acquire answered: `session` is set exactly when `outcome` is ok and the lease reaches a
/// client.
struct Acquired {
  Outcome outcome{};
  SessionId session{};
  std::uint32_t left_behind = 0;        ///< what is still on it of earlier leases: mocks::Leftover
  std::optional<Refusal> refusal = {};  ///< what the error said, of a pool that says more than why
};

/// Of a pool whose errors are those of core.
Outcome outcome_of(AcquireErrorKind kind) noexcept;
Refusal refusal_of(const AcquireError& error) noexcept;

/// The place where a lease is kept: each client of a scenario has a few of its own.
enum class LeaseKey : std::uint32_t {};

/// Every operation of the contract. Those that the pool lacks are never called.
class Subject {
 public:
  virtual ~Subject() = default;

  virtual Acquired acquire(LeaseKey key, Duration timeout) = 0;
  virtual Acquired try_acquire(LeaseKey key) = 0;
  /// The next acquire or transaction under `key` will be one that can be cancelled:
  /// acquire_cancellable(), transact_cancellable(). Only of subjects that have cancellation of
  /// what comes; so the next two.
  virtual void make_cancellable(LeaseKey) { ensure(false); }
  virtual Acquired acquire_cancellable(LeaseKey, Duration) {
    ensure(false);
    return {};
  }
  /// What makes the acquire or transaction under `key` give up, whenever it is called, from
  /// another task.
  virtual std::function<void()> canceller(LeaseKey) {
    ensure(false);
    return {};
  }
  /// Ends the lease. Called a second time only of pools that say double_release.
  virtual void release(LeaseKey key) = 0;
  virtual void invalidate(LeaseKey key) = 0;
  /// Runs a statement over the lease. `failed` when the client said so.
  virtual Outcome execute(LeaseKey key) = 0;
  /// Leaves something on the lease's session, or a deadline for its statements. `failed` when the
  /// client said so.
  virtual Outcome leave(LeaseKey, mocks::Leftover, Instant /*deadline*/) {
    return Outcome::failed;
  }
  /// Moves the lease away and back, as a caller does who returns it from a function.
  virtual void move(LeaseKey) {}
  /// Whether the ended lease under `key` still reaches a session: it must not (L1).
  virtual SessionId session_of(LeaseKey key) = 0;

  virtual Outcome ensure_min_size() = 0;
  virtual void health_check() = 0;
  virtual Snapshot metrics() = 0;
  virtual Outcome resize(std::size_t min_size, std::size_t max_size) = 0;
  virtual void evict_all() = 0;
  virtual void close() = 0;
  virtual std::size_t drain(Duration timeout) = 0;
  /// Runs one transaction; what its work throws passes through. Called only of subjects that have
  /// transactions.
  virtual Outcome transact(const TransactionOrder&, TransactionWitness&) {
    ensure(false);
    return Outcome::failed;
  }
  /// Whether a transaction can be cancelled, and one that can: under `key`.
  [[nodiscard]] virtual bool cancels_transactions() const noexcept { return false; }
  virtual Outcome transact_cancellable(LeaseKey, const TransactionOrder& order,
                                       TransactionWitness& witness) {
    return transact(order, witness);
  }
  /// Destroys the pool object; leases that are out stay valid where the pool says
  /// lease_outlives_pool.
  virtual void destroy() = 0;
};

}  // namespace poolproof::sim
