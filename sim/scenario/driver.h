#pragma once
// Puts a pool through a scenario: starts the clients, runs their scripts, and then audits what is
// left. The same code inside an engine and on real threads.

#include <algorithm>
#include <array>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/scenario/calls_under_way.h>
#include <poolproof/sim/scenario/recorder.h>
#include <poolproof/sim/scenario/recording_witness.h>
#include <poolproof/sim/scenario/scenario.h>
#include <poolproof/sim/subject/subject.h>

namespace poolproof::sim {

/// The most leases that the audit takes; a larger pool is audited up to here only.
constexpr std::uint32_t audit_leases_max = 64;

/// LeaseKeys that a driver of `scenario` uses: 0 to this - 1.
std::uint32_t lease_keys_of(const Scenario& scenario) noexcept;
bool has_step(const Scenario& scenario, Step::Kind kind) noexcept;
/// How many leases the audit tries to get: one more than the pool can have had slots at any time.
std::uint32_t audit_tries(const Scenario& scenario) noexcept;

/// What `step`, a transact, asks for at `now`.
TransactionOrder order_of(const Scenario& scenario, const Step& step, Instant now) noexcept;

/// One run of one scenario. Platform gives the threads; Database is a BasicMockDatabase.
template <class Platform, class Database>
class Driver {
 public:
  Driver(const Scenario& scenario, const Capabilities& capabilities, Subject& subject,
         Database& database, typename Platform::clock& clock, Recorder& recorder,
         const mocks::TableStore* store = nullptr)
      : scenario_(scenario),
        capabilities_(capabilities),
        subject_(subject),
        database_(database),
        clock_(clock),
        recorder_(recorder),
        store_(store) {}

  /// Everything, from prefill to the pool's destruction. On the main task.
  void run() {
    if (scenario_.prefill) maintain(Step::Kind::ensure_min_size);
    write_balances();
    run_clients();
    write_balances();
    database_.set_faults_enabled(false);
    mocks::AllocationFaults::disarm();
    wait_out_pause();
    const bool is_destroyed = has_step(scenario_, Step::Kind::destroy);
    const bool is_closed = is_destroyed || has_step(scenario_, Step::Kind::close) ||
                           has_step(scenario_, Step::Kind::drain);
    if (!is_closed && recorder_.is_writing()) audit();
    if (!is_closed && capabilities_.close) close();
    if (!is_destroyed) destroy();
  }

 private:
  using UnderWay = CallsUnderWay<typename Database::mutex_type>;

  /// A client's leases: a stack of keys, and the key of the lease that ended last.
  struct Client {
    std::uint32_t first_key = 0;
    std::uint32_t held = 0;
    bool has_ended = false;
    LeaseKey ended{};
    std::array<SessionId, Scenario::leases_per_client_max> sessions{};

    [[nodiscard]] LeaseKey next_key() const { return LeaseKey{first_key + held}; }
    [[nodiscard]] LeaseKey newest_key() const { return LeaseKey{first_key + held - 1}; }
    [[nodiscard]] SessionId newest_session() const { return sessions[held - 1]; }
  };

  void run_clients() {
    std::vector<typename Platform::thread> threads;
    threads.reserve(client_count(scenario_));
    std::uint32_t index = 0;
    for (std::size_t s = 0; s < scenario_.clients.size(); ++s) {
      for (std::uint32_t copy = 0; copy < scenario_.clients[s].count; ++copy) {
        const ClientName name{static_cast<std::uint16_t>(s), static_cast<std::uint16_t>(copy)};
        threads.emplace_back([this, name, key = index++ * Scenario::leases_per_client_max] {
          recorder_.is_client(name);
          run_client(scenario_.clients[name.script], key);
        });
      }
    }
    for (auto& thread : threads)
      thread.join();
  }

  void run_client(const ClientScript& script, std::uint32_t first_key) {
    Client client{.first_key = first_key};
    for (std::uint32_t i = 0; i < script.repeat; ++i) {
      for (const Step& step : script.steps)
        take(step, client);
    }
    while (client.held > 0)
      release(client);
  }

  void take(const Step& step, Client& client) {
    using Kind = Step::Kind;
    switch (step.kind) {
      case Kind::acquire:
        return acquire(client, step.has_duration ? step.duration : scenario_.pool.acquire_timeout);
      case Kind::try_acquire:
        return try_acquire(client);
      case Kind::execute:
        return execute(client);
      case Kind::invalidate:
        return with_newest(Operation::invalidate, client,
                           [&](LeaseKey key) { subject_.invalidate(key); });
      case Kind::release:
        return release(client);
      case Kind::release_again:
        return release_again(client);
      case Kind::use_ended:
        return use_ended(client);
      case Kind::sleep:
        return clock_.sleep_until(deadline_after(clock_.now(), step.duration));
      case Kind::cancel:
        return cancel(step.which);
      case Kind::close:
        return close();
      case Kind::destroy:
        return destroy();
      case Kind::drain:
        return drain(step.duration);
      case Kind::resize:
        return resize(step);
      case Kind::transact:
        return transact(step, client);
      case Kind::leave:
        return leave(step, client);
      case Kind::move:
        return with_newest(Operation::move, client, [&](LeaseKey key) { subject_.move(key); });
      case Kind::metrics:
        return metrics();
      case Kind::ensure_min_size:
      case Kind::health_check:
      case Kind::evict_all:
        return maintain(step.kind);
    }
  }

  void acquire(Client& client, Duration timeout) {
    if (client.held == Scenario::leases_per_client_max) return;
    perform({.operation = Operation::acquire, .timeout = timeout}, [&](Event& ret) {
      if (!has_cancels_) return keep(client, subject_.acquire(client.next_key(), timeout), ret);
      const typename UnderWay::Entry entry(under_way_, subject_, client.next_key(),
                                           recorder_.self());
      keep(client, subject_.acquire_cancellable(client.next_key(), timeout), ret);
    });
  }

  void cancel(std::uint32_t which) {
    const std::function<void()> cancel = under_way_.pick(which, subject_, [&](TaskId task) {
      recorder_.called(
          {.operation = Operation::cancel, .count = static_cast<std::uint32_t>(task)});
    });
    if (!cancel) return;
    const Outcome outcome = guarded(cancel);
    recorder_.returned({.operation = Operation::cancel, .outcome = outcome});
  }

  void try_acquire(Client& client) {
    if (client.held == Scenario::leases_per_client_max) return;
    perform({.operation = Operation::try_acquire},
            [&](Event& ret) { keep(client, subject_.try_acquire(client.next_key()), ret); });
  }

  void keep(Client& client, const Acquired& acquired, Event& ret) {
    note(acquired, ret);
    ret.count = acquired.left_behind;
    if (acquired.outcome == Outcome::ok) client.sessions[client.held++] = acquired.session;
  }

  void note(const Acquired& acquired, Event& ret) {
    ret.outcome = acquired.outcome;
    ret.session = acquired.session;
    if (acquired.refusal && recorder_.is_writing())
      ret.snapshot = recorder_.refused(*acquired.refusal);
  }

  // The holder's own call: no operation of the pool.
  void execute(Client& client) {
    if (client.held == 0) return;
    // A client that throws is its caller's business, and in the history.
    survived([&] { static_cast<void>(subject_.execute(client.newest_key())); });
  }

  // Not an operation of the pool: what is left is written down, so that it can be looked for.
  void leave(const Step& step, Client& client) {
    if (client.held == 0) return;
    const Instant until = deadline_after(clock_.now(), step.duration);
    const auto what = static_cast<std::uint32_t>(step.leftover);
    recorder_.called(
        {.operation = Operation::leave, .session = client.newest_session(), .count = what});
    Outcome outcome = Outcome::failed;
    survived([&] { outcome = subject_.leave(client.newest_key(), step.leftover, until); });
    recorder_.returned({.operation = Operation::leave, .outcome = outcome, .count = what});
  }

  template <class Act>
  void with_newest(Operation operation, Client& client, Act act) {
    if (client.held == 0) return;
    perform({.operation = operation, .session = client.newest_session()},
            [&](Event&) { act(client.newest_key()); });
  }

  void release(Client& client) {
    if (client.held == 0) return;
    client.ended = client.newest_key();
    client.has_ended = true;
    const SessionId session = client.newest_session();
    --client.held;
    perform({.operation = Operation::release, .session = session},
            [&](Event&) { subject_.release(client.ended); });
  }

  void release_again(Client& client) {
    if (!has_ended_lease(client)) return;
    perform({.operation = Operation::release}, [&](Event&) { subject_.release(client.ended); });
  }

  void use_ended(Client& client) {
    if (!has_ended_lease(client)) return;
    perform({.operation = Operation::use_ended}, [&](Event& ret) {
      ret.session = subject_.session_of(client.ended);
      ret.count = ret.session == SessionId{} ? 0 : 1;
    });
  }

  // A newer lease may have taken the ended one's place.
  bool has_ended_lease(const Client& client) const {
    return client.has_ended && client.ended == client.next_key();
  }

  void maintain(Step::Kind kind) {
    switch (kind) {
      case Step::Kind::ensure_min_size:
        return perform({.operation = Operation::ensure_min_size},
                       [&](Event& ret) { ret.outcome = subject_.ensure_min_size(); });
      case Step::Kind::health_check:
        return perform({.operation = Operation::health_check},
                       [&](Event&) { subject_.health_check(); });
      default:
        return perform({.operation = Operation::evict_all}, [&](Event&) { subject_.evict_all(); });
    }
  }

  void metrics() {
    Snapshot snapshot;
    recorder_.called({.operation = Operation::metrics});
    const Outcome outcome = guarded([&] { snapshot = subject_.metrics(); });
    const Event ret{.operation = Operation::metrics, .outcome = outcome};
    outcome == Outcome::ok ? recorder_.returned(ret, snapshot) : recorder_.returned(ret);
  }

  void resize(const Step& step) {
    perform({.operation = Operation::resize, .min_size = step.min_size, .max_size = step.max_size},
            [&](Event& ret) { ret.outcome = subject_.resize(step.min_size, step.max_size); });
  }

  // Not an operation of the pool, but acquires and releases are, in its course.
  void transact(const Step& step, const Client& client) {
    RecordingWitness witness(recorder_);
    const Instant now = clock_.now();
    const TransactionOrder order = order_of(scenario_, step, now);
    witness.asked(order, now);
    Outcome outcome = Outcome::threw;
    // So is a program that throws its caller's business.
    survived([&] {
      const bool has_key = client.held < Scenario::leases_per_client_max;
      if (!has_cancels_ || !has_key || !subject_.cancels_transactions())
        return static_cast<void>(outcome = subject_.transact(order, witness));
      const typename UnderWay::Entry entry(under_way_, subject_, client.next_key(),
                                           recorder_.self());
      outcome = subject_.transact_cancellable(client.next_key(), order, witness);
    });
    witness.answered(order, outcome);
  }

  /// After a refused connect: else a slot would be withheld from the audit.
  void wait_out_pause() {
    if (may_refuse_connects(scenario_))
      clock_.sleep_until(deadline_after(clock_.now(), scenario_.pool.connect_backoff_max));
  }

  void write_balances() {
    if (store_ != nullptr) RecordingWitness(recorder_).saw_balances(*store_);
  }

  void close() {
    perform({.operation = Operation::close}, [&](Event&) { subject_.close(); });
  }

  void drain(Duration timeout) {
    perform({.operation = Operation::drain, .timeout = timeout},
            [&](Event& ret) { ret.count = static_cast<std::uint32_t>(subject_.drain(timeout)); });
  }

  void destroy() {
    perform({.operation = Operation::destroy}, [&](Event&) { subject_.destroy(); });
  }

  // With all clients done and the faults switched off, every slot must be there to be had. Nobody
  // would judge that without a history.
  void audit() {
    std::vector<SessionId> sessions;
    const auto first_key = client_count(scenario_) * Scenario::leases_per_client_max;
    const std::uint32_t tries = audit_tries(scenario_);
    sessions.reserve(tries);
    while (sessions.size() < tries) {
      const Acquired acquired =
          audit_acquire(LeaseKey{first_key + static_cast<std::uint32_t>(sessions.size())});
      if (acquired.outcome != Outcome::ok) break;
      sessions.push_back(acquired.session);
    }
    for (std::size_t i = sessions.size(); i-- > 0;) {
      perform({.operation = Operation::release, .session = sessions[i]}, [&](Event&) {
        subject_.release(LeaseKey{first_key + static_cast<std::uint32_t>(i)});
      });
    }
    if (capabilities_.metrics) metrics();
  }

  Acquired audit_acquire(LeaseKey key) {
    Acquired acquired{.outcome = Outcome::threw};
    if (capabilities_.try_acquire) {
      perform({.operation = Operation::try_acquire}, [&](Event& ret) {
        acquired = subject_.try_acquire(key);
        note(acquired, ret);
      });
    } else {
      perform({.operation = Operation::acquire, .timeout = Duration::zero()}, [&](Event& ret) {
        acquired = subject_.acquire(key, Duration::zero());
        note(acquired, ret);
      });
    }
    return acquired;
  }

  // One operation of the pool: its call, what it does, its return.
  template <class Body>
  void perform(const Event& call, Body body) {
    if (!recorder_.is_writing()) {
      Event unread;
      static_cast<void>(guarded([&] { body(unread); }));
      return;
    }
    recorder_.called(call);
    Event ret{.operation = call.operation, .session = call.session};
    const Outcome outcome = guarded([&] { body(ret); });
    if (outcome == Outcome::threw) ret.outcome = outcome;
    recorder_.returned(ret);
  }

  // What the pool throws is a finding, not the end. Its allocations may be made to fail.
  template <class Body>
  Outcome guarded(Body body) {
    std::optional<mocks::AllocationFaults::Watch> watch;
    if (counts_allocations_) watch.emplace();
    return survived(body);
  }
  template <class Body>
  static Outcome survived(Body&& body) {
    try {
      body();
      return Outcome::ok;
    } catch (const TaskAborted&) {
      throw;
    } catch (...) {
      return Outcome::threw;
    }
  }

  const Scenario& scenario_;
  const Capabilities& capabilities_;
  Subject& subject_;
  Database& database_;
  typename Platform::clock& clock_;
  Recorder& recorder_;
  const mocks::TableStore* const store_;  // null unless there are transactions
  const bool counts_allocations_ = scenario_.faults.failing_allocation != 0;
  const bool has_cancels_ = has_step(scenario_, Step::Kind::cancel);
  UnderWay under_way_;
};

}  // namespace poolproof::sim
