#pragma once
// Transactions over a pool: one lease for each attempt, and another attempt when it is safe.
// docs/transactions.md says what is promised; `poolproof check transactions` looks for breaches.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <expected>
#include <functional>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <poolproof/core/backoff.h>
#include <poolproof/core/clock.h>
#include <poolproof/core/db/transaction.h>
#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/connection_pool.h>
#include <poolproof/core/rng.h>

namespace poolproof {

/// When a transaction that lost against others is run again.
struct RetryPolicy {
  std::uint32_t attempts_max = 5;                        ///< 0 and 1: never again
  Duration pause_first = std::chrono::milliseconds(10);  ///< before the second; then doubled
  Duration pause_max = std::chrono::seconds(1);          ///< no pause is longer
  std::uint64_t seed = 0;                                ///< where chance in the pauses begins
  /// How long a transaction without a deadline of its own may take, all its attempts together. The
  /// first knob to set in production: without it one lasts as long as its server is frozen. 0: for
  /// ever.
  Duration transaction_timeout{};
};

/// How long to wait after attempt number `attempt`, counted from 1 (core/backoff.h).
Duration pause_after(std::uint32_t attempt, const RetryPolicy& policy, Rng& rng) noexcept;

/// Whether there is no session for reasons that may pass, as a restart of the server does.
bool may_connect_later(const AcquireError& error) noexcept;

/// Why a transaction has no result.
struct TransactionError {
  std::variant<DbError, AcquireError>
      cause;                   ///< the last attempt's: the database's, or the pool's
  std::uint32_t attempts = 0;  ///< begun, the last included

  /// Null unless the database or the work said no.
  [[nodiscard]] const DbError* db_error() const noexcept { return std::get_if<DbError>(&cause); }
  /// Null unless there was no connection to be had.
  [[nodiscard]] const AcquireError* acquire_error() const noexcept {
    return std::get_if<AcquireError>(&cause);
  }
  /// Whether nobody can know if the transaction took effect.
  [[nodiscard]] bool is_ambiguous() const noexcept {
    return db_error() != nullptr && db_error()->kind == DbErrorKind::ambiguous_commit;
  }
  /// "no transaction after 3 attempts: serialization_failure (40001): ..."
  [[nodiscard]] std::string message() const;
};

/// What a transaction's work may return: nothing, or std::expected<T, DbError>.
template <class Work>
using WorkResult = std::invoke_result_t<Work&, Transaction&>;

template <class T>
constexpr bool is_work_result = std::is_void_v<T>;
template <class T>
constexpr bool is_work_result<std::expected<T, DbError>> = true;

/// Runs transactions over the connections of `Pool`: a BasicConnectionPool, or what has its
/// acquire_until(), clock() and config(). Any thread; it has no state of its own but the policy.
/// The pool must outlive it.
///
/// Example:
///   TransactionManager transactions(pool);
///   const auto done = transactions.run([](Transaction& t) -> std::expected<void, DbError> {
///     const auto taken = t.execute("update stock set left = left - 1", {});
///     if (!taken) return std::unexpected(taken.error());  // rolled back; again, if that is safe
///     return {};
///   });
///   if (!done) std::cerr << done.error().message() << "\n";
template <class Pool>
class BasicTransactionManager {
 public:
  explicit BasicTransactionManager(Pool& pool, const RetryPolicy& policy = {}) noexcept
      : pool_(pool), policy_(policy) {}

  /// Takes a connection out, begins, calls `work(transaction)`, commits, and gives the connection
  /// back. Work that returns an error or throws is rolled back; what it throws passes through.
  /// When an attempt failed with an error that is_retry_safe() and surely had no effect, or before
  /// anything of the work was sent (no session to be had for reasons that may pass, or the session
  /// lost by the begin), and there is time and an attempt left, it is run again after a pause,
  /// with no connection held meanwhile: `work` may be called several times; after its
  /// transaction_aborted it is the error before that counts and is reported. A connection that a
  /// transaction could not be taken off is closed, not kept. Errors: the last attempt's, with the
  /// number of attempts; misuse when `work` moved its transaction away. Blocks: each acquire for
  /// at most the pool's acquire_timeout, everything for at most the deadline, beyond which only
  /// the client call then under way and the rollback last.
  template <class Work>
  requires is_work_result<WorkResult<Work>>
  auto run(const TransactionOptions& options, Work&& work,
           std::source_location taken_by = std::source_location::current()) {
    return run_until(NeverStopped{}, options, std::forward<Work>(work), taken_by);
  }

  /// The same until `stop`, a token of the pool's, is requested: then no attempt begins, a caller
  /// who waits for a connection leaves the queue, and the pause between attempts ends. What an
  /// attempt has begun it finishes. Errors: the pool's `cancelled` besides.
  template <class StopToken, class Work>
  requires is_work_result<WorkResult<Work>>
  auto run_until(const StopToken& stop, TransactionOptions options, Work&& work,
                 std::source_location taken_by = std::source_location::current()) {
    if (options.deadline == Instant::max() && policy_.transaction_timeout > Duration::zero())
      options.deadline = deadline_after(pool_.clock().now(), policy_.transaction_timeout);
    for (std::uint32_t attempt = 1;; ++attempt) {
      if (options.attempts != nullptr) *options.attempts = attempt;
      Attempt<ValueOf<Work>> done = run_once(stop, options, work, attempt, taken_by);
      if (done.result || !done.may_be_repeated || attempt >= policy_.attempts_max)
        return std::move(done.result);
      Rng rng = Rng::stream(policy_.seed, done.chance);
      const Instant again =
          deadline_after(pool_.clock().now(), pause_after(attempt, policy_, rng));
      if (again >= options.deadline) return std::move(done.result);
      if (!pause(again, stop)) return failed_as<ValueOf<Work>>(cancelled(), attempt);
      if (pool_.clock().now() >= options.deadline) return std::move(done.result);  // Woken late.
    }
  }

  /// The same with the options' defaults.
  template <class Work>
  requires is_work_result<WorkResult<Work>>
  auto run(Work&& work, std::source_location taken_by = std::source_location::current()) {
    return run(TransactionOptions{}, std::forward<Work>(work), taken_by);
  }

 private:
  struct NeverStopped {};

  template <class T>
  struct ValueIn {
    using type = void;
  };
  template <class T>
  struct ValueIn<std::expected<T, DbError>> {
    using type = T;
  };
  template <class Work>
  using ValueOf = typename ValueIn<WorkResult<Work>>::type;

  template <class T>
  struct Attempt {
    std::expected<T, TransactionError> result;
    bool may_be_repeated = false;
    std::uint64_t chance = 0;
  };

  /// Rolls back what is open and gives up a session that something was left behind in, also when
  /// an exception passes.
  template <class Lease>
  class Ending {
   public:
    Ending(Lease& lease, Transaction& transaction) noexcept
        : lease_(lease), transaction_(transaction) {}
    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;
    ~Ending() { end(); }
    void end() noexcept {
      if (transaction_.is_active()) static_cast<void>(transaction_.rollback());
      if (!transaction_.is_session_clean()) lease_.invalidate();
    }

   private:
    Lease& lease_;
    Transaction& transaction_;
  };

  /// Whether the pause came to its end.
  template <class StopToken>
  bool pause(Instant end, const StopToken& stop) {
    if constexpr (!std::is_same_v<StopToken, NeverStopped>) return pool_.pause_until(end, stop);
    pool_.clock().sleep_until(end);
    return true;
  }

  template <class StopToken>
  auto acquire_until(Instant deadline, const StopToken& stop, std::source_location taken_by) {
    if constexpr (std::is_same_v<StopToken, NeverStopped>) {
      return pool_.acquire_until(deadline, taken_by);
    } else {
      return pool_.acquire_until(deadline, stop, taken_by);
    }
  }

  static AcquireError cancelled() {
    AcquireError error;
    error.kind = AcquireErrorKind::cancelled;
    return error;
  }

  template <class StopToken, class Work>
  auto run_once(const StopToken& stop, const TransactionOptions& options, Work& work,
                std::uint32_t attempt, std::source_location taken_by) -> Attempt<ValueOf<Work>> {
    const Instant now = pool_.clock().now();
    if (now >= options.deadline) return {.result = failed(deadline_has_passed(), attempt)};
    auto lease = acquire_until(
        std::min(deadline_after(now, pool_.config().acquire_timeout), options.deadline), stop,
        taken_by);
    const auto time = static_cast<std::uint64_t>(now.time_since_epoch().count());
    if (!lease) {
      const bool may_pass = may_connect_later(lease.error());
      return {failed(std::move(lease.error()), attempt), may_pass, time};
    }
    // Those who lose against each other hold different connections, so their pauses differ.
    const std::uint64_t chance =
        Rng::mix(static_cast<std::uint64_t>(lease->connection().id)) ^ time;
    auto begun = Transaction::begin(lease->client(), pool_.clock(), options);
    if (!begun) {
      report(*lease, begun.error(), options);
      // Whatever became of it, nothing but the begin was sent, and went with its session.
      const bool is_safe =
          is_retry_safe(begun.error()) || begun.error().kind == DbErrorKind::connection_lost;
      if (!is_session_clean_after(begun.error(), lease->client())) lease->invalidate();
      return {failed(std::move(begun.error()), attempt), is_safe, chance};
    }
    return in_transaction(*lease, *begun, work, {&options, attempt, chance});
  }

  /// Tells the pool what the database answered, whose policy it is what that condemns. Whoever
  /// asked for a transaction that may only read learns nothing of the server by it.
  template <class Lease>
  static void report(Lease& lease, const DbError& error, const TransactionOptions& options) {
    const bool was_asked_for = error.kind == DbErrorKind::read_only && options.is_read_only;
    if (!was_asked_for) lease.report(error);
  }

  struct AttemptName {
    const TransactionOptions* options;
    std::uint32_t number;
    std::uint64_t chance;
  };

  template <class Lease, class Work>
  auto in_transaction(Lease& lease, Transaction& transaction, Work& work, AttemptName attempt)
      -> Attempt<ValueOf<Work>> {
    Ending<Lease> ending(lease, transaction);
    auto worked = expected_of(work, transaction);
    // Work may have ended the transaction itself.
    const bool has_ended = transaction.state() == TransactionState::committed ||
                           transaction.state() == TransactionState::rolled_back;
    if (worked && !has_ended) {
      if (const auto committed = transaction.commit(); !committed)
        worked = std::unexpected(committed.error());
    }
    // The pool hears what the database answered, also where the work says something else.
    if (!worked) report(lease, worked.error(), *attempt.options);
    for (const DbError& error : transaction.errors())
      report(lease, error, *attempt.options);
    if (worked) return {.result = value_of(std::move(worked))};
    // It says no more than that there was an error before, and that one is to be judged.
    if (worked.error().kind == DbErrorKind::transaction_aborted && !transaction.errors().empty())
      worked = std::unexpected(error_before(transaction));
    ending.end();
    const bool had_no_effect = transaction.state() == TransactionState::rolled_back ||
                               transaction.state() == TransactionState::lost;
    const bool may_be_repeated = had_no_effect && is_retry_safe(worked.error());
    return {failed(std::move(worked.error()), attempt.number), may_be_repeated, attempt.chance};
  }

  /// Where a savepoint has undone it, one that is no reason to try again counts first.
  static const DbError& error_before(const Transaction& transaction) {
    if (transaction.failure() != nullptr) return *transaction.failure();
    const auto lasting = std::ranges::find_if_not(transaction.errors(), is_retry_safe);
    return lasting == transaction.errors().end() ? transaction.errors().front() : *lasting;
  }

  template <class Work>
  static auto expected_of(Work& work, Transaction& transaction)
      -> std::expected<ValueOf<Work>, DbError> {
    if constexpr (std::is_void_v<WorkResult<Work>>) {
      std::invoke(work, transaction);
      return {};
    } else {
      return std::invoke(work, transaction);
    }
  }

  template <class T>
  static std::expected<T, TransactionError> value_of(std::expected<T, DbError>&& worked) {
    if constexpr (std::is_void_v<T>) {
      return {};
    } else {
      return std::move(*worked);
    }
  }

  template <class T>
  static std::expected<T, TransactionError> failed_as(AcquireError cause, std::uint32_t attempt) {
    return failed(std::move(cause), attempt);
  }

  template <class Cause>
  static std::unexpected<TransactionError> failed(Cause cause, std::uint32_t attempt) {
    return std::unexpected(TransactionError{.cause = std::move(cause), .attempts = attempt});
  }

  Pool& pool_;
  const RetryPolicy policy_;
};

using TransactionManager = BasicTransactionManager<ConnectionPool>;

}  // namespace poolproof
