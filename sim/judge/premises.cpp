#include <poolproof/sim/judge/premises.h>

#include <algorithm>
#include <array>

#include <poolproof/sim/judge/laws/backoff_bounds.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {
namespace {

constexpr std::array all_premises{
    Premise{LawId::exclusivity, "a session that is leased twice"},
    Premise{LawId::exclusivity, "a look at a lease that has ended", &Capabilities::double_release},
    Premise{LawId::capacity, "as many sessions as max_size"},
    Premise{LawId::conservation, "an attempt that has the pool to itself"},
    Premise{LawId::conservation, "a session that is closed"},
    Premise{LawId::transitions, "a change of state", &Capabilities::observer},
    Premise{LawId::no_lost_wakeup, "a caller that sleeps"},
    Premise{LawId::order, "two callers that sleep at once"},
    Premise{LawId::timeouts, "a caller whose time runs out", &Capabilities::timed_acquire},
    Premise{LawId::timeouts, "a caller that is served after it has slept",
            &Capabilities::timed_acquire},
    Premise{LawId::expiry, "a session beyond max_lifetime", &Capabilities::max_lifetime},
    Premise{LawId::expiry, "a session idle beyond idle_timeout", &Capabilities::idle_timeout},
    Premise{LawId::expiry, "a session that is closed in service"},
    Premise{LawId::no_stale_handout, "a ping or reset that fails"},
    Premise{LawId::no_stale_handout, "an invalidation", &Capabilities::invalidate},
    Premise{LawId::no_stale_handout, "an eviction", &Capabilities::evict_all},
    Premise{LawId::no_stale_handout, "a session idle beyond validate_after_idle",
            &Capabilities::validate_after_idle},
    Premise{LawId::no_foreign_code_under_lock, "a call of the client"},
    Premise{LawId::metrics, "a snapshot", &Capabilities::metrics},
    Premise{LawId::metrics, "a snapshot while leases are out", &Capabilities::metrics},
    Premise{LawId::shutdown, "a close while a caller sleeps", &Capabilities::close},
    Premise{LawId::shutdown, "a close while a lease is out", &Capabilities::close},
    Premise{LawId::shutdown, "an acquire after close", &Capabilities::close},
    Premise{LawId::connect_errors, "a connect that fails"},
    Premise{LawId::progress, "an operation beside another"},
    Premise{LawId::linearizability, "an operation beside another"},
    Premise{LawId::exceptions, "a call of the client that throws"},
    Premise{LawId::data_races, "an operation beside another"},
    Premise{LawId::clean_handout, "something left behind on a session",
            &Capabilities::resets_on_return},
    Premise{LawId::said_once, "a word of the observer", &Capabilities::observer},
    Premise{LawId::said_once, "a lease that is overdue", &Capabilities::observer},
    Premise{LawId::restraint, "a session opened by ensure_min_size or a health check"},
    Premise{LawId::restraint, "a connect after a refused one", &Capabilities::connect_backoff},
    Premise{LawId::cancellation, "an acquire that is cancelled while it sleeps",
            &Capabilities::cancellation},
    Premise{LawId::cancellation, "an acquire that is cancelled while it connects",
            &Capabilities::cancellation},
    Premise{LawId::due_effect, "an eviction or invalidation beside an open session"},
    Premise{LawId::atomicity, "a transaction", &Capabilities::transactions},
    Premise{LawId::transaction_lease, "a transaction", &Capabilities::transactions},
    Premise{LawId::transaction_rollback, "a transaction that is not committed",
            &Capabilities::transactions},
    Premise{LawId::transaction_deadline, "a transaction whose time runs out",
            &Capabilities::transactions},
    Premise{LawId::transaction_retries, "a transaction that fails and may be run again",
            &Capabilities::transactions},
    Premise{LawId::transaction_as_asked, "a transaction that goes well",
            &Capabilities::transactions},
    Premise{LawId::transaction_success, "a transaction that goes well",
            &Capabilities::transactions},
    Premise{LawId::transaction_cancellation, "a transaction that is cancelled",
            &Capabilities::transactions}};
static_assert(all_premises.size() <= 64);

/// The number of a premise; found at compile time, when there is none a mistake of the caller's.
consteval std::size_t premise(LawId law, std::string_view what) {
  for (std::size_t i = 0; i < all_premises.size(); ++i)
    if (all_premises[i].law == law && all_premises[i].what == what) return i;
  throw "there is no such premise";
}

constexpr bool ends_service(Operation kind) noexcept {
  return kind == Operation::close || kind == Operation::drain || kind == Operation::destroy;
}

class PremiseReader {
 public:
  PremiseReader(const History& history, const HistoryIndex& index)
      : history_(history), index_(index) {}

  PremiseSet read() {
    for (const OperationRecord& operation : index_.operations)
      read(operation);
    for (const ClientRecord& call : index_.clients)
      read(call);
    for (const SessionRecord& session : index_.sessions)
      read(session);
    for (const LeaseRecord& lease : index_.leases)
      read(lease);
    for (const EventIndex step : index_.transactions)
      read(history_.events[step]);
    if (!index_.observed.empty()) set_.add(premise(LawId::said_once, "a word of the observer"));
    for (const ObservedRecord& record : index_.observed)
      hear(history_.events[record.event].pool_event);
    for (const StallRecord& stall : index_.stalls)
      if (stall.parked_end - stall.parked_begin > 1)
        set_.add(premise(LawId::order, "two callers that sleep at once"));
    return set_;
  }

 private:
  void read(const OperationRecord& operation) {
    if (is_acquire(operation)) read_acquire(operation);
    if (!operation.is_alone) {
      set_.add(premise(LawId::progress, "an operation beside another"));
      set_.add(premise(LawId::linearizability, "an operation beside another"));
      set_.add(premise(LawId::data_races, "an operation beside another"));
    }
    if (ends_service(operation.kind)) read_close(operation);
    switch (operation.kind) {
      case Operation::use_ended:
        return set_.add(premise(LawId::exclusivity, "a look at a lease that has ended"));
      case Operation::invalidate:
        set_.add(premise(LawId::no_stale_handout, "an invalidation"));
        return set_.add(
            premise(LawId::due_effect, "an eviction or invalidation beside an open session"));
      case Operation::evict_all:
        if (index_.sessions.empty() || index_.sessions.front().connect_end > operation.call)
          return;
        set_.add(premise(LawId::no_stale_handout, "an eviction"));
        return set_.add(
            premise(LawId::due_effect, "an eviction or invalidation beside an open session"));
      case Operation::metrics:
        set_.add(premise(LawId::metrics, "a snapshot"));
        if (operation.leases_before == 0) return;
        return set_.add(premise(LawId::metrics, "a snapshot while leases are out"));
      case Operation::leave:
        if (operation.outcome != Outcome::ok) return;
        return set_.add(premise(LawId::clean_handout, "something left behind on a session"));
      default:
        return;
    }
  }

  void read_cancelled(const OperationRecord& acquire) {
    if (acquire.outcome != Outcome::cancelled || acquire.ret == absent) return;
    if (acquire.opened + acquire.failed_connects > 0)
      set_.add(premise(LawId::cancellation, "an acquire that is cancelled while it connects"));
    if (acquire.client_calls == 0 && acquire.parked != absent)
      set_.add(premise(LawId::cancellation, "an acquire that is cancelled while it sleeps"));
  }

  void read_acquire(const OperationRecord& acquire) {
    read_cancelled(acquire);
    if (acquire.is_alone)
      set_.add(premise(LawId::conservation, "an attempt that has the pool to itself"));
    if (acquire.call > index_.first_close_return && index_.first_close_return != absent)
      set_.add(premise(LawId::shutdown, "an acquire after close"));
    if (acquire.outcome == Outcome::timed_out)
      set_.add(premise(LawId::timeouts, "a caller whose time runs out"));
    if (acquire.parked == absent) return;
    set_.add(premise(LawId::no_lost_wakeup, "a caller that sleeps"));
    if (acquire.outcome == Outcome::ok && acquire.ret != absent)
      set_.add(premise(LawId::timeouts, "a caller that is served after it has slept"));
    if (index_.first_close_call > acquire.parked && index_.first_close_call < acquire.ret)
      set_.add(premise(LawId::shutdown, "a close while a caller sleeps"));
  }

  void read_close(const OperationRecord& close) {
    if (close.leases_before > 0)
      set_.add(premise(LawId::shutdown, "a close while a lease is out"));
  }

  void read(const ClientRecord& call) {
    set_.add(premise(LawId::no_foreign_code_under_lock, "a call of the client"));
    if (call.kind == ClientCall::connect && first_refused_ < call.begin)
      set_.add(premise(LawId::restraint, "a connect after a refused one"));
    if (call.end == absent || call.outcome == Outcome::ok) return;
    if (is_refused_connect(call)) first_refused_ = std::min(first_refused_, call.end);
    const bool is_check = call.kind == ClientCall::ping || call.kind == ClientCall::reset;
    if (is_check) set_.add(premise(LawId::no_stale_handout, "a ping or reset that fails"));
    if (call.kind == ClientCall::connect)
      set_.add(premise(LawId::connect_errors, "a connect that fails"));
    if (call.outcome == Outcome::threw && !mocks::is_statement(call.kind))
      set_.add(premise(LawId::exceptions, "a call of the client that throws"));
  }

  void read_opener(const SessionRecord& session) {
    if (session.opener == absent) return;
    const Operation opener = index_.operations[session.opener].kind;
    if (opener == Operation::ensure_min_size || opener == Operation::health_check)
      set_.add(premise(LawId::restraint, "a session opened by ensure_min_size or a health check"));
  }

  void read(const SessionRecord& session) {
    read_opener(session);
    if (session.counted >= history_.config.max_size)
      set_.add(premise(LawId::capacity, "as many sessions as max_size"));
    if (session.close_end != absent)
      set_.add(premise(LawId::conservation, "a session that is closed"));
    if (session.close_begin < index_.first_close_call)
      set_.add(premise(LawId::expiry, "a session that is closed in service"));
    if (!session.is_connected || index_.finished == absent) return;
    const EventIndex end = std::min(session.close_begin, index_.finished);
    const Duration age = instant(history_, end) - instant(history_, session.connect_end);
    const Duration lifetime = history_.config.max_lifetime;
    if (lifetime > Duration::zero() && age > lifetime)
      set_.add(premise(LawId::expiry, "a session beyond max_lifetime"));
  }

  void read(const LeaseRecord& lease) {
    if (lease.previous != absent)
      set_.add(premise(LawId::exclusivity, "a session that is leased twice"));
    if (lease.release == absent) return;
    const SessionRecord& session = index_.sessions[lease.session];
    // The next lease, or the end, ends its rest.
    EventIndex next = std::min(session.close_begin, index_.finished);
    if (session.last_lease != absent && &index_.leases[session.last_lease] != &lease) return;
    if (next == absent) return;
    const Duration idle = instant(history_, next) - instant(history_, lease.end);
    const PoolConfig& config = history_.config;
    if (config.idle_timeout > Duration::zero() && idle > config.idle_timeout)
      set_.add(premise(LawId::expiry, "a session idle beyond idle_timeout"));
    if (config.validate_after_idle > Duration::zero() && idle > config.validate_after_idle)
      set_.add(premise(LawId::no_stale_handout, "a session idle beyond validate_after_idle"));
  }

  void hear(PoolEventKind kind) {
    if (kind == PoolEventKind::state_changed)
      set_.add(premise(LawId::transitions, "a change of state"));
    if (kind == PoolEventKind::lease_overdue)
      set_.add(premise(LawId::said_once, "a lease that is overdue"));
  }

  void read(const Event& step) {
    if (step.step == TransactionStep::rolled_back)
      set_.add(premise(LawId::transaction_rollback, "a transaction that is not committed"));
    if (step.step == TransactionStep::pauses)
      set_.add(
          premise(LawId::transaction_retries, "a transaction that fails and may be run again"));
    if (step.step != TransactionStep::done) return;
    set_.add(premise(LawId::atomicity, "a transaction"));
    set_.add(premise(LawId::transaction_lease, "a transaction"));
    if (step.outcome == Outcome::ok) {
      set_.add(premise(LawId::transaction_success, "a transaction that goes well"));
      set_.add(premise(LawId::transaction_as_asked, "a transaction that goes well"));
    }
    if (step.outcome == Outcome::cancelled)
      set_.add(premise(LawId::transaction_cancellation, "a transaction that is cancelled"));
    if (step.outcome == Outcome::timed_out)
      set_.add(premise(LawId::transaction_deadline, "a transaction whose time runs out"));
  }

  const History& history_;
  const HistoryIndex& index_;
  PremiseSet set_;
  EventIndex first_refused_ = absent;  // the end of the first refused connect so far
};

}  // namespace

std::span<const Premise> premises() noexcept {
  return all_premises;
}

PremiseSet premises_in(const History& history, const HistoryIndex& index) {
  return PremiseReader(history, index).read();
}

}  // namespace poolproof::sim
