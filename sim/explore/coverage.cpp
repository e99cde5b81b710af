#include <poolproof/sim/explore/coverage.h>

#include <algorithm>
#include <array>
#include <utility>

#include <poolproof/sim/explore/coverage_items.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {
namespace {

using namespace coverage;

std::array<CoverageItem, kinds_of_intent + seen_in_history.size()> make_items() {
  std::array<CoverageItem, kinds_of_intent + seen_in_history.size()> items;
  for (std::size_t i = 0; i < kinds_of_intent; ++i)
    items[i] = {CoverageGroup::scheduling_point, to_string(static_cast<IntentKind>(i))};
  for (std::size_t i = 0; i < seen_in_history.size(); ++i)
    items[kinds_of_intent + i] = seen_in_history[i];
  return items;
}

/// Reads one history.
class CoverageReader {
 public:
  CoverageReader(const History& history, const HistoryIndex& index, const mocks::FaultPlan& faults,
                 CoverageSet& covered)
      : history_(history), index_(index), faults_(faults), covered_(covered) {}

  void read() {
    if (history_.capabilities.observer)
      read_observed();
    else
      read_what_clients_see();
    for (const OperationRecord& operation : index_.operations)
      read_operation(operation);
    for (const ClientRecord& call : index_.clients)
      read_call(call);
    for (const EventIndex step : index_.transactions)
      read_transaction(history_.events[step]);
    if (has_restarted()) add(fault("server restarts"));
  }

 private:
  void add(std::size_t number) { covered_.set(number); }

  // The database does not tell: whoever calls it later finds its session dead.
  bool has_restarted() const {
    if (!index_.server_restarts.empty()) return true;
    const Instant end = history_.events.empty() ? Instant::min() : history_.events.back().at;
    return std::ranges::any_of(faults_.restarts,
                               [end](Duration at) { return end >= Instant(at); });
  }

  // ---- States, as the observer tells them

  void read_observed() {
    for (const ObservedRecord& record : index_.observed)
      read_observed(record.event, history_.events[record.event]);
    if (is_given_back_) add(decision("release keeps"));
  }

  void read_observed(EventIndex i, const Event& event) {
    // One that goes to a waiter is idle for as long as the lock is held.
    const bool is_handed_off = event.pool_event == PoolEventKind::granted && event.connection != 0;
    if (std::exchange(is_given_back_, false) && !is_handed_off) add(decision("release keeps"));
    if (is_handed_off) add(decision("release hands off"));
    switch (event.pool_event) {
      case PoolEventKind::opening:
        return add(state("opening"));
      case PoolEventKind::opened:
        return open(event.to);
      case PoolEventKind::open_failed:
        return add(transition("opening to failed"));
      case PoolEventKind::state_changed:
        is_given_back_ = event.to == ConnectionState::idle && is_within_release(i);
        return change(event.from, event.to);
      case PoolEventKind::closed:
        return add(transition("invalid to closed"));
      case PoolEventKind::lease_overdue:
        return add(decision("check reports"));
      default:
        return;
    }
  }

  bool is_within_release(EventIndex i) const {
    const std::uint32_t operation = index_.operation_at[i];
    return operation != absent && index_.operations[operation].kind == Operation::release;
  }

  void open(ConnectionState as) {
    add(transition("opening to open"));
    add(as == ConnectionState::idle ? state("idle") : state("in_use"));
  }

  void change(ConnectionState from, ConnectionState to) {
    using enum ConnectionState;
    if (to == idle) add(state("idle"));
    if (to == in_use) add(state("in_use"));
    if (to == invalid) add(state("invalid"));
    if (from == idle && to == in_use) add(transition("idle to in_use"));
    if (from == idle && to == invalid) add(transition("idle to invalid"));
    if (from == in_use && to == invalid) add(transition("in_use to invalid"));
    if (from == in_use && to == idle) add(transition("in_use to idle"));
  }

  // ---- States, as far as clients and the database see them

  void read_what_clients_see() {
    for (const SessionRecord& session : index_.sessions)
      read_session(session);
    for (const LeaseRecord& lease : index_.leases)
      read_lease(lease);
  }

  void read_session(const SessionRecord& session) {
    add(state("opening"));
    if (session.connect_end == absent) return;
    if (!session.is_connected) return add(transition("opening to failed"));
    const bool is_for_caller = session.first_lease != absent &&
                               index_.leases[session.first_lease].acquire == session.opener;
    open(is_for_caller ? ConnectionState::in_use : ConnectionState::idle);
    if (session.close_begin == absent) return;
    add(state("invalid"));
    if (session.close_end != absent) add(transition("invalid to closed"));
    add(was_given_back_by(session.closer) ? transition("in_use to invalid")
                                          : transition("idle to invalid"));
  }

  bool was_given_back_by(std::uint32_t operation) const {
    return operation != absent && index_.operations[operation].kind == Operation::release;
  }

  void read_lease(const LeaseRecord& lease) {
    if (lease.session == absent) return;
    add(state("in_use"));
    const SessionRecord& session = index_.sessions[lease.session];
    if (lease.previous == absent) {
      if (lease.acquire != session.opener) add(transition("idle to in_use"));
      return;
    }
    const LeaseRecord& previous = index_.leases[lease.previous];
    const bool has_waited = index_.operations[lease.acquire].parked < previous.end;
    if (has_waited) return add(decision("release hands off"));
    add(state("idle"));
    add(transition("in_use to idle"));
    add(transition("idle to in_use"));
    add(decision("release keeps"));
  }

  // ---- The rest

  void read_operation(const OperationRecord& operation) {
    if (operation.kind == Operation::none) return;
    add(first_operation + static_cast<std::size_t>(operation.kind) -
        static_cast<std::size_t>(Operation::acquire));
    if (operation.kind == Operation::release && operation.closes > 0)
      add(decision("release closes"));
    if (is_acquire(operation)) read_turn(operation);
    if (operation.ret == absent) return;
    if (operation.kind == Operation::acquire) read_answer_of_acquire(operation);
    if (operation.kind == Operation::try_acquire) read_answer_of_try(operation);
    if (operation.kind == Operation::drain && history_.events[operation.ret].count > 0)
      add(answer("drain = leases still out"));
    if (has_failed(operation) && operation.failed_calls == 0) add(fault("allocation fails"));
  }

  static bool has_failed(const OperationRecord& operation) {
    return operation.outcome == Outcome::connect_failed || operation.outcome == Outcome::failed ||
           operation.outcome == Outcome::threw;
  }

  void read_turn(const OperationRecord& operation) {
    const bool has_opened = operation.opened + operation.failed_connects > 0;
    if (operation.parked != absent) add(decision("acquire waits"));
    if (has_opened) add(decision("acquire opens"));
    if (has_opened && operation.closes > 0) add(decision("acquire replaces"));
    if (operation.ret == absent) return;
    if (operation.outcome == Outcome::closed) add(decision("acquire refuses"));
    const bool is_at_once = operation.parked == absent && operation.client_calls == 0;
    if (operation.outcome == Outcome::ok && is_at_once) add(decision("acquire grants"));
  }

  void read_answer_of_acquire(const OperationRecord& operation) {
    if (operation.outcome == Outcome::ok) add(answer("acquire = ok"));
    if (operation.outcome == Outcome::timed_out) add(answer("acquire = timed_out"));
    if (operation.outcome == Outcome::closed) add(answer("acquire = closed"));
    if (operation.outcome == Outcome::connect_failed) add(answer("acquire = connect_failed"));
    if (operation.outcome == Outcome::cancelled) add(answer("acquire = cancelled"));
    if (operation.outcome == Outcome::ok && operation.failed_connects > 0)
      add(answer("acquire = ok after a refusal"));
  }

  void read_answer_of_try(const OperationRecord& operation) {
    if (operation.outcome == Outcome::ok) add(answer("try_acquire = ok"));
    if (operation.outcome == Outcome::exhausted) add(answer("try_acquire = exhausted"));
    if (operation.outcome == Outcome::closed) add(answer("try_acquire = closed"));
    if (operation.outcome == Outcome::connect_failed) add(answer("try_acquire = connect_failed"));
  }

  void read_call(const ClientRecord& call) {
    const OperationRecord operation =
        call.operation == absent ? OperationRecord{} : index_.operations[call.operation];
    const bool is_check = call.is_pools_own || operation.kind == Operation::health_check ||
                          operation.kind == Operation::ensure_min_size;
    if (call.kind == ClientCall::ping) {
      if (is_acquire(operation)) add(decision("acquire pings"));
      if (is_check) add(decision("check pings"));
    }
    if (call.kind == ClientCall::connect && is_check) add(decision("check opens"));
    if (call.kind == ClientCall::close && is_check) add(decision("check closes"));
    if (call.end != absent) read_faults(call);
  }

  void read_faults(const ClientRecord& call) {
    struct Numbers {
      std::size_t fails, throws, takes_time;
    };
    constexpr Numbers of_connect{fault("connect fails"), fault("connect throws"),
                                 fault("connect takes time")};
    constexpr Numbers of_ping{fault("ping fails"), fault("ping throws"), fault("ping takes time")};
    constexpr Numbers of_execute{fault("execute fails"), fault("execute throws"),
                                 fault("execute takes time")};
    constexpr Numbers of_reset{fault("reset fails"), fault("reset throws"),
                               fault("reset takes time")};
    const bool takes_time = history_.events[call.begin].at < history_.events[call.end].at;
    const auto add_all = [&](const Numbers& numbers) {
      if (call.outcome == Outcome::failed) add(numbers.fails);
      if (call.outcome == Outcome::threw) add(numbers.throws);
      if (takes_time) add(numbers.takes_time);
    };
    if (call.kind == ClientCall::connect) add_all(of_connect);
    if (call.kind == ClientCall::ping) add_all(of_ping);
    if (call.kind == ClientCall::execute) add_all(of_execute);
    if (call.kind == ClientCall::reset) add_all(of_reset);
    if (call.kind == ClientCall::close && takes_time) add(fault("close takes time"));
    const bool has_timed_out = call.outcome == Outcome::timed_out;
    if (call.kind == ClientCall::connect && has_timed_out) add(fault("connect times out"));
  }

  void read_transaction(const Event& event) {
    if (event.step == TransactionStep::committed) add(transaction("takes effect"));
    if (event.step == TransactionStep::rolled_back) add(transaction("rolls back"));
    if (event.step == TransactionStep::pauses) add(transaction("is tried again"));
    if (event.step == TransactionStep::done) read_answer_of_run(event.outcome);
  }

  void read_answer_of_run(Outcome outcome) {
    if (outcome == Outcome::ok) add(transaction("run = ok"));
    if (outcome == Outcome::timed_out) add(transaction("run = timed_out"));
    if (outcome == Outcome::closed) add(transaction("run = closed"));
    if (outcome == Outcome::connect_failed) add(transaction("run = connect_failed"));
    if (outcome == Outcome::conflict) add(transaction("run = conflict"));
    if (outcome == Outcome::ambiguous) add(transaction("run = ambiguous"));
    if (outcome == Outcome::failed) add(transaction("run = failed"));
    if (outcome == Outcome::threw) add(transaction("run = threw"));
  }

  const History& history_;
  const HistoryIndex& index_;
  const mocks::FaultPlan& faults_;
  CoverageSet& covered_;
  bool is_given_back_ = false;  // a connection, by the observer's last word
};

}  // namespace

std::string_view to_string(CoverageGroup group) noexcept {
  switch (group) {
    case CoverageGroup::scheduling_point:
      return "scheduling points";
    case CoverageGroup::state:
      return "connection states";
    case CoverageGroup::transition:
      return "transitions";
    case CoverageGroup::decision:
      return "decisions";
    case CoverageGroup::operation:
      return "operations";
    case CoverageGroup::answer:
      return "answers";
    case CoverageGroup::transaction:
      return "transactions";
    case CoverageGroup::fault:
      return "faults";
  }
  return "unknown";
}

std::span<const CoverageItem> coverage_items() noexcept {
  static const auto items = make_items();
  return items;
}

void cover(const History& history, const HistoryIndex& index, const mocks::FaultPlan& faults,
           CoverageSet& covered) {
  CoverageReader(history, index, faults, covered).read();
}

void cover_kinds(std::uint64_t kinds, CoverageSet& covered) noexcept {
  covered |= CoverageSet(kinds);
}

}  // namespace poolproof::sim
