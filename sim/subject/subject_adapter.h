#pragma once
// Makes a Subject of a user's small class. docs/your-own-pool.md walks through one; in short:
//
//   struct MySubject {
//     using Lease = ...;                                        // movable
//     explicit MySubject(const Environment<SimPlatform>&);      // builds the pool
//     // timed_out, closed, connect_failed; Duration::max() is "for ever"
//     // Or poolproof::AcquireError instead of the Outcome: then what it says is judged, too.
//     std::expected<Lease, Outcome> acquire(Duration timeout);
//     void release(Lease&);
//     DbClient* client(Lease&);  // nullptr only once the lease has been released
//   };
//
// A release and client that are static members serve leases that outlive the pool; else that
// promise is declined. What else the pool can do is found by name: try_acquire(),
// invalidate(Lease&), ensure_min_size() -> bool, health_check(), metrics() -> Snapshot or
// PoolMetrics, acquire(timeout, const Platform::stop_token&), resize(min, max) -> bool or void,
// evict_all(), close(), drain(timeout) -> leases still out, transact(const TransactionOrder&,
// TransactionWitness&) -> Outcome, and with a const Platform::stop_token& besides.
// `static Capabilities capabilities()` declines promises.

#include <atomic>
#include <concepts>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include <poolproof/core/ensure.h>
#include <poolproof/core/pool/acquire_error.h>
#include <poolproof/core/pool/pool_metrics.h>
#include <poolproof/core/pool/std_platform.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>

namespace poolproof::sim {

Snapshot to_snapshot(const PoolMetrics& metrics) noexcept;
inline const Snapshot& to_snapshot(const Snapshot& snapshot) noexcept {
  return snapshot;
}

/// What an acquire returns.
template <class Lease, class Answer>
concept is_answer = std::same_as<Answer, std::expected<Lease, Outcome>> ||
    std::same_as<Answer, std::expected<Lease, AcquireError>>;

/// What a holder says to its session to leave `what` behind.
std::string_view statement_that_leaves(mocks::Leftover what) noexcept;

/// Why an acquire, or a try_acquire, gave no lease: an outcome that no acquire could ever have is
/// the adapter's mistake.
enum class Asked : std::uint8_t { acquire, try_acquire };
void check_refusal(AdapterMistakes* mistakes, Asked asked, Outcome outcome);

template <class S, class Platform>
concept can_cancel = requires(S& s, const typename Platform::stop_token& stop) {
  s.acquire(Duration{}, stop);
};

template <class S, class Platform>
concept can_cancel_transactions = requires(S& s, const TransactionOrder& order,
                                           TransactionWitness& witness,
                                           const typename Platform::stop_token& stop) {
  s.transact(order, witness, stop);
};

/// What `S` says it promises, less what it has no function for.
template <class S>
Capabilities capabilities_of() {
  using Lease = typename S::Lease;
  Capabilities said{};
  if constexpr (requires { S::capabilities(); }) said = S::capabilities();
  said.lease_outlives_pool &= requires(Lease & lease) {
    S::release(lease);
    S::client(lease);
  };
  said.try_acquire &= requires(S & s) {
    s.try_acquire();
  };
  said.invalidate &= requires(S & s, Lease & lease) {
    s.invalidate(lease);
  };
  said.ensure_min_size &= requires(S & s) {
    s.ensure_min_size();
  };
  said.health_check &= requires(S & s) {
    s.health_check();
  };
  said.metrics &= requires(S & s) {
    s.metrics();
  };
  said.resize &= requires(S & s) {
    s.resize(std::size_t{}, std::size_t{});
  };
  said.evict_all &= requires(S & s) {
    s.evict_all();
  };
  said.close &= requires(S & s) {
    s.close();
  };
  said.drain &= requires(S & s) {
    s.drain(Duration{});
  };
  said.cancellation = can_cancel<S, SimPlatform> || can_cancel<S, StdPlatform>;
  said.error_policy = requires(S & s, Lease & lease, const DbError& error) {
    s.report(lease, error);
  };
  said.transactions = requires(S & s, const TransactionOrder& order, TransactionWitness& witness) {
    s.transact(order, witness);
  };
  return said;
}

template <class S, class Platform>
class SubjectAdapter final : public Subject {
  using Lease = typename S::Lease;
  using StopSource = typename Platform::stop_source;
  static constexpr bool has_sources =
      can_cancel<S, Platform> || can_cancel_transactions<S, Platform>;

 public:
  static_assert(std::movable<Lease>, "S::Lease must be movable");
  static_assert(std::constructible_from<S, const Environment<Platform>&>,
                "S must have a constructor that takes const Environment<Platform>&");
  static_assert(
      requires(S & s) { requires is_answer<Lease, decltype(s.acquire(Duration{}))>; },
      "S must have acquire(Duration) -> std::expected<Lease, Outcome>");
  static_assert(
      requires(S & s, Lease& lease) { s.release(lease); }, "S must have release(Lease&)");
  static_assert(
      requires(S & s, Lease& lease) {
        { s.client(lease) } -> std::convertible_to<DbClient*>;
      },
      "S must have client(Lease&) -> DbClient*");

  explicit SubjectAdapter(const Environment<Platform>& environment)
      : mistakes_(environment.mistakes),
        leases_(environment.lease_keys),
        sources_(has_sources ? environment.lease_keys : 0),
        keeps_ended_(capabilities_of<S>().double_release) {
    subject_.emplace(environment);
  }

  Acquired acquire(LeaseKey key, Duration timeout) override {
    return take(key, subject_->acquire(timeout), Asked::acquire);
  }
  Acquired try_acquire(LeaseKey key) override {
    if constexpr (requires(S & s) { s.try_acquire(); })
      return take(key, subject_->try_acquire(), Asked::try_acquire);
    return lacking<Acquired>();
  }
  void make_cancellable(LeaseKey key) override { source(key).emplace(); }
  Acquired acquire_cancellable(LeaseKey key, Duration timeout) override {
    if constexpr (can_cancel<S, Platform>)
      return take(key, subject_->acquire(timeout, source(key)->get_token()), Asked::acquire);
    return lacking<Acquired>();
  }
  std::function<void()> canceller(LeaseKey key) override {
    return [stop = *source(key)]() mutable { stop.request_stop(); };
  }
  void release(LeaseKey key) override {
    std::optional<Lease>& lease = at(key);
    if constexpr (requires(Lease & l) { S::release(l); }) {
      S::release(*lease);
    } else {
      subject_->release(*lease);
    }
    if (!keeps_ended_) lease.reset();
  }
  void invalidate(LeaseKey key) override {
    if constexpr (requires(S & s, Lease & lease) { s.invalidate(lease); }) {
      if constexpr (requires(Lease & lease) { S::invalidate(lease); })
        S::invalidate(*at(key));
      else
        subject_->invalidate(*at(key));
      if (client_of(*at(key)) == nullptr) {
        adapter_mistake(mistakes_,
                        "client() is nullptr after invalidate(): the lease must last, and "
                        "reach its connection, until release() ends it");
      }
      return;
    }
    lacking<int>();
  }
  Outcome execute(LeaseKey key) override {
    DbClient* client = client_of(*at(key));
    if (client == nullptr) return Outcome::failed;
    return execute(*at(key), *client, "select 1");
  }
  Outcome leave(LeaseKey key, mocks::Leftover what, Instant deadline) override {
    DbClient* client = client_of(*at(key));
    if (client == nullptr) return Outcome::failed;
    if (what == mocks::Leftover::deadline) {
      client->set_deadline(deadline);
      return Outcome::ok;
    }
    return execute(*at(key), *client, statement_that_leaves(what));
  }
  void move(LeaseKey key) override {
    std::optional<Lease>& lease = at(key);
    Lease away(std::move(*lease));
    if constexpr (std::is_move_assignable_v<Lease>) {
      *lease = std::move(away);
    } else {
      lease.emplace(std::move(away));
    }
  }
  SessionId session_of(LeaseKey key) override {
    std::optional<Lease>& lease = at(key);
    return lease ? session_of_client(client_of(*lease)) : SessionId{};
  }
  Outcome ensure_min_size() override {
    if constexpr (requires(S & s) { s.ensure_min_size(); }) {
      return subject_->ensure_min_size() ? Outcome::ok : Outcome::failed;
    }
    return lacking<Outcome>();
  }
  void health_check() override {
    if constexpr (requires(S & s) { s.health_check(); })
      return static_cast<void>(subject_->health_check());
    lacking<int>();
  }
  Snapshot metrics() override {
    if constexpr (requires(S & s) { s.metrics(); }) return to_snapshot(subject_->metrics());
    return lacking<Snapshot>();
  }
  Outcome resize(std::size_t min_size, std::size_t max_size) override {
    if constexpr (requires(S & s) { s.resize(min_size, max_size); }) {
      if constexpr (std::is_void_v<decltype(subject_->resize(min_size, max_size))>) {
        subject_->resize(min_size, max_size);
        return Outcome::ok;
      } else {
        return subject_->resize(min_size, max_size) ? Outcome::ok : Outcome::failed;
      }
    }
    return lacking<Outcome>();
  }
  void evict_all() override {
    if constexpr (requires(S & s) { s.evict_all(); })
      return static_cast<void>(subject_->evict_all());
    lacking<int>();
  }
  void close() override {
    if constexpr (requires(S & s) { s.close(); }) return static_cast<void>(subject_->close());
    lacking<int>();
  }
  std::size_t drain(Duration timeout) override {
    if constexpr (requires(S & s) { s.drain(timeout); }) return subject_->drain(timeout);
    return lacking<std::size_t>();
  }
  Outcome transact(const TransactionOrder& order, TransactionWitness& witness) override {
    if constexpr (requires(S & s) { s.transact(order, witness); })
      return subject_->transact(order, witness);
    return lacking<Outcome>();
  }
  [[nodiscard]] bool cancels_transactions() const noexcept override {
    return can_cancel_transactions<S, Platform>;
  }
  Outcome transact_cancellable(LeaseKey key, const TransactionOrder& order,
                               TransactionWitness& witness) override {
    if constexpr (can_cancel_transactions<S, Platform>)
      return subject_->transact(order, witness, source(key)->get_token());
    return lacking<Outcome>();
  }
  void destroy() override { subject_.reset(); }

 private:
  template <class T>
  static T lacking() {
    ensure(false);  // The driver asks only for what the capabilities name.
    return T{};
  }

  template <class Result>
  Acquired take(LeaseKey key, Result result, Asked asked) {
    if (!result) {
      return refused(result.error(), asked);
    }
    std::optional<Lease>& lease = at(key);
    lease.emplace(std::move(*result));
    DbClient* client = client_of(*lease);
    return {.outcome = Outcome::ok,
            .session = session_of_client(client),
            .left_behind = left_behind_on(client)};
  }

  Acquired refused(Outcome outcome, Asked asked) {
    check_refusal(mistakes_, asked, outcome);
    return {.outcome = outcome};
  }
  static Acquired refused(const AcquireError& error, Asked) {
    return {.outcome = outcome_of(error.kind), .refusal = refusal_of(error)};
  }

  /// What the database answers with is reported to the pool, as an application does.
  Outcome execute(Lease& lease, DbClient& client, std::string_view sql) {
    const auto answer = client.execute(sql, {});
    if (!answer) report(lease, answer.error());
    return answer ? Outcome::ok : Outcome::failed;
  }

  void report(Lease& lease, const DbError& error) {
    if constexpr (requires(S & s) { s.report(lease, error); }) subject_->report(lease, error);
  }

  DbClient* client_of(Lease& lease) {
    if constexpr (requires { S::client(lease); }) {
      return S::client(lease);
    } else {
      return subject_->client(lease);
    }
  }

  SessionId session_of_client(DbClient* client) {
    if (client == nullptr) return SessionId{};
    if (const auto* mock = as_mock(client))
      return SessionId{static_cast<std::uint32_t>(mock->session())};
    adapter_mistake(mistakes_,
                    "client() gives another DbClient than connect() of the factory did: "
                    "one that is wrapped must be unwrapped here");
    return SessionId{};
  }

  /// All clients of one run are of one class, so only the first is looked at closely.
  const mocks::MockDbClient* as_mock(DbClient* client) {
    const std::type_info& type = typeid(*client);
    if (const std::type_info* known = known_type_.load(std::memory_order_relaxed);
        known != nullptr && *known == type)
      return static_cast<mocks::MockDbClient*>(client);
    const auto* mock = dynamic_cast<mocks::MockDbClient*>(client);
    if (mock != nullptr) known_type_.store(&type, std::memory_order_relaxed);
    return mock;
  }

  std::uint32_t left_behind_on(DbClient* client) {
    const auto* mock = client == nullptr ? nullptr : as_mock(client);
    return mock == nullptr ? 0 : mock->leftovers();
  }

  std::optional<Lease>& at(LeaseKey key) { return leases_.at(static_cast<std::size_t>(key)); }

  std::optional<StopSource>& source(LeaseKey key) {
    return sources_.at(static_cast<std::size_t>(key));
  }

  AdapterMistakes* const mistakes_;  // may be null
  std::atomic<const std::type_info*> known_type_{nullptr};
  std::optional<S> subject_;
  std::vector<std::optional<Lease>> leases_;  // after subject_: what is left ends before the pool
  std::vector<std::optional<StopSource>> sources_;
  const bool keeps_ended_;
};

}  // namespace poolproof::sim
