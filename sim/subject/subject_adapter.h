#pragma once
// Makes a Subject of a user's small class. docs/your-own-pool.md walks through one; in short:
//
//   struct MySubject {
//     using Lease = ...;                                        // movable
//     explicit MySubject(const Environment<SimPlatform>&);      // builds the pool
//     std::expected<Lease, Outcome> acquire(Duration timeout);  // timed_out, closed,
//     connect_failed void release(Lease&); DbClient* client(Lease&); // nullptr once the lease has
//     ended
//   };
//
// A release and client that are static members serve leases that outlive the pool; else that
// promise is declined. What else the pool can do is found by name: try_acquire(),
// invalidate(Lease&), ensure_min_size() -> bool, health_check(), metrics() -> Snapshot or
// PoolMetrics, resize(min, max) -> bool or void, evict_all(), close(), drain(timeout) -> leases
// still out, transact(const TransactionOrder&, TransactionWitness&) -> Outcome. `static
// Capabilities capabilities()` declines promises.

#include <concepts>
#include <memory>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <poolproof/core/ensure.h>
#include <poolproof/core/pool/pool_metrics.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>

namespace poolproof::sim {

Snapshot to_snapshot(const PoolMetrics& metrics) noexcept;
inline const Snapshot& to_snapshot(const Snapshot& snapshot) noexcept {
  return snapshot;
}

/// What a holder says to its session to leave `what` behind.
std::string_view statement_that_leaves(mocks::Leftover what) noexcept;

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
  said.transactions = requires(S & s, const TransactionOrder& order, TransactionWitness& witness) {
    s.transact(order, witness);
  };
  return said;
}

template <class S, class Platform>
class SubjectAdapter final : public Subject {
  using Lease = typename S::Lease;

 public:
  explicit SubjectAdapter(const Environment<Platform>& environment)
      : leases_(environment.lease_keys), keeps_ended_(capabilities_of<S>().double_release) {
    subject_.emplace(environment);
  }

  Acquired acquire(LeaseKey key, Duration timeout) override {
    return take(key, subject_->acquire(timeout));
  }
  Acquired try_acquire(LeaseKey key) override {
    if constexpr (requires(S & s) { s.try_acquire(); }) return take(key, subject_->try_acquire());
    return lacking<Acquired>();
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
        return S::invalidate(*at(key));
      else
        return subject_->invalidate(*at(key));
    }
    lacking<int>();
  }
  Outcome execute(LeaseKey key) override {
    DbClient* client = client_of(*at(key));
    ensure(client != nullptr);
    return client->execute("select 1", {}) ? Outcome::ok : Outcome::failed;
  }
  Outcome leave(LeaseKey key, mocks::Leftover what, Instant deadline) override {
    DbClient* client = client_of(*at(key));
    ensure(client != nullptr);
    if (what == mocks::Leftover::deadline) {
      client->set_deadline(deadline);
      return Outcome::ok;
    }
    return client->execute(statement_that_leaves(what), {}) ? Outcome::ok : Outcome::failed;
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
  void destroy() override { subject_.reset(); }

 private:
  template <class T>
  static T lacking() {
    ensure(false);  // The driver asks only for what the capabilities name.
    return T{};
  }

  template <class Result>
  Acquired take(LeaseKey key, Result result) {
    if (!result) return {.outcome = result.error()};
    std::optional<Lease>& lease = at(key);
    lease.emplace(std::move(*result));
    DbClient* client = client_of(*lease);
    return {.outcome = Outcome::ok,
            .session = session_of_client(client),
            .left_behind = left_behind_on(client)};
  }

  DbClient* client_of(Lease& lease) {
    if constexpr (requires { S::client(lease); }) {
      return S::client(lease);
    } else {
      return subject_->client(lease);
    }
  }

  static SessionId session_of_client(DbClient* client) {
    if (client == nullptr) return SessionId{};
    return SessionId{
        static_cast<std::uint32_t>(static_cast<mocks::MockDbClient*>(client)->session())};
  }

  static std::uint32_t left_behind_on(DbClient* client) {
    return client == nullptr ? 0 : static_cast<mocks::MockDbClient*>(client)->leftovers();
  }

  std::optional<Lease>& at(LeaseKey key) { return leases_.at(static_cast<std::size_t>(key)); }

  std::optional<S> subject_;
  std::vector<std::optional<Lease>> leases_;  // after subject_: what is left ends before the pool
  const bool keeps_ended_;
};

}  // namespace poolproof::sim
