#include <poolproof/sim/judge/law.h>

#include <array>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/judge/laws/law_functions.h>

namespace poolproof::sim {

namespace {

std::string_view never(const Capabilities&) {
  return {};
}

std::string_view why_no_transitions(const Capabilities& pool) {
  return pool.observer ? "" : "the pool has no observer to say what state a connection is in";
}
std::string_view why_no_order(const Capabilities& pool) {
  return pool.order.kind == Order::Kind::none ? "the pool promises no order" : "";
}
std::string_view why_no_order_on_threads(const Capabilities& pool) {
  return pool.observer ? "" : "on real threads, only an observer can see the order of the queue";
}
std::string_view why_no_timeouts(const Capabilities& pool) {
  return pool.timed_acquire ? "" : "acquire takes no timeout";
}
std::string_view why_no_expiry(const Capabilities& pool) {
  return pool.idle_timeout || pool.max_lifetime
             ? ""
             : "the pool has neither idle_timeout nor max_lifetime";
}
std::string_view why_no_lock_law(const Capabilities& pool) {
  return pool.connect_outside_lock ? "" : "the pool connects under its lock";
}
std::string_view why_no_locks_on_threads(const Capabilities&) {
  return "which locks a real thread holds is not known";
}
std::string_view why_no_metrics(const Capabilities& pool) {
  return pool.metrics ? "" : "the pool has no metrics";
}
std::string_view why_no_shutdown(const Capabilities& pool) {
  return pool.close ? "" : "the pool cannot be closed";
}
std::string_view why_no_connect_errors(const Capabilities& pool) {
  return pool.connect_errors ? ""
                             : "a failed connect is no error of the caller for whom it was made";
}
std::string_view why_no_exceptions(const Capabilities& pool) {
  return pool.exception_safe ? "" : "the pool promises nothing when a client throws";
}

std::string_view why_no_clean_handout(const Capabilities& pool) {
  return pool.resets_on_return ? "" : "the pool does not reset what comes back";
}

std::string_view why_no_cancellation(const Capabilities& pool) {
  return pool.cancellation ? "" : "an acquire cannot be cancelled";
}

std::string_view why_no_transactions(const Capabilities& pool) {
  return pool.transactions ? "" : "a pool alone runs no transactions";
}

/// A rule that decides every history.
template <void (*rule)(const History&, const HistoryIndex&, Found&)>
bool decides(const History& history, const HistoryIndex& index, Found& found) {
  rule(history, index, found);
  return true;
}

constexpr std::array<Law, 30> all_laws{{
    {LawId::exclusivity, "L1", "exclusivity",
     "at every instant a connection has at most one holder, a lease always has a connection, and "
     "an "
     "ended lease reaches none",
     decides<judge_exclusivity>, never},
    {LawId::capacity, "L2", "capacity",
     "opening and open sessions, as the server counts them, never exceed max_size",
     decides<judge_capacity>, never},
    {LawId::conservation, "L3", "conservation",
     "no slot is lost or gained, and every session opened is closed exactly once",
     decides<judge_conservation>, never},
    {LawId::transitions, "L4", "transitions",
     "a connection goes from idle to in_use and back, and from either to invalid, nowhere else",
     decides<judge_transitions>, why_no_transitions},
    {LawId::no_lost_wakeup, "L5", "no lost wake-up",
     "never is a waiter asleep while a connection is idle or a slot is free and nothing is under "
     "way that will grant it",
     decides<judge_no_lost_wakeup>, never},
    {LawId::order, "L6", "order",
     "grants go to waiters in order of arrival, and a newcomer does not overtake a waiter",
     decides<judge_order>, why_no_order, why_no_order_on_threads},
    {LawId::timeouts, "L7", "timeouts",
     "a waiter never gives up before its deadline, returns once it has passed, and keeps what it "
     "was granted before",
     decides<judge_timeouts>, why_no_timeouts},
    {LawId::expiry, "L8", "expiry",
     "idle_timeout and max_lifetime close what they should, when they should, and nothing else",
     decides<judge_expiry>, why_no_expiry},
    {LawId::no_stale_handout, "L9", "no stale hand-out",
     "a connection known to be invalid, expired or evicted is never granted, and one idle for "
     "long "
     "is pinged first",
     decides<judge_no_stale_handout>, never},
    {LawId::no_foreign_code_under_lock, "L10", "no foreign code under the lock",
     "clients and observers are called without the pool's lock",
     decides<judge_no_foreign_code_under_lock>, why_no_lock_law, why_no_locks_on_threads},
    {LawId::metrics, "L11", "metrics",
     "every snapshot is consistent, counters never go back, and both agree with the history",
     decides<judge_metrics>, why_no_metrics},
    {LawId::shutdown, "L12", "shutdown",
     "after close returned no connect is decided on, every waiter has been woken, and when the "
     "last "
     "lease "
     "ends no session is open",
     decides<judge_shutdown>, why_no_shutdown},
    {LawId::connect_errors, "L13", "connect errors",
     "a failed connect frees its slot, passes it to the oldest waiter, and is told to its caller",
     decides<judge_connect_errors>, why_no_connect_errors},
    {LawId::progress, "L14", "progress",
     "no deadlock, no livelock: every operation returns, and only acquire and drain wait for "
     "leases",
     decides<judge_progress>, never},
    {LawId::linearizability, "L15", "linearizability",
     "every history of completed operations is a legal sequence of the model, a FIFO queue with "
     "timeouts and max_size tokens, each operation taking effect between its call and its return",
     judge_linearizability, never},
    {LawId::exceptions, "L16", "exceptions",
     "whatever a client throws, the answer is an error result", decides<judge_exceptions>,
     why_no_exceptions},
    {LawId::data_races, "L17", "data races", "no data race in any schedule",
     decides<judge_data_races>, never},
    {LawId::clean_handout, "L18", "clean hand-out",
     "a lease begins with nothing of an earlier one: no setting, deadline, open transaction or "
     "prepared statement",
     decides<judge_clean_handout>, why_no_clean_handout},
    {LawId::said_once, "L19", "said once",
     "what is told to the observer is told exactly once for each time it happens",
     decides<judge_said_once>, why_no_transitions},
    {LawId::restraint, "L20", "restraint",
     "no session is opened in vain, and refused connects are repeated no faster than declared",
     decides<judge_restraint>, never},
    {LawId::cancellation, "L21", "cancellation",
     "who cancels an acquire gets cancelled or the lease, at once; nothing is lost, and nobody "
     "else "
     "waits longer for it",
     decides<judge_cancellation>, why_no_cancellation},
    {LawId::due_effect, "L22", "due effect",
     "an operation that nothing hinders does what it is asked", decides<judge_due_effect>, never},
    {LawId::atomicity, "T1", "atomicity",
     "the store holds exactly the effects of the transactions reported committed, and of some of "
     "those reported ambiguous, each as a whole",
     decides<judge_atomicity>, why_no_transactions},
    {LawId::transaction_lease, "T2", "a lease per transaction",
     "all statements of an attempt run on one session under one lease that nobody else uses and "
     "that ends with it",
     decides<judge_transaction_lease>, why_no_transactions},
    {LawId::transaction_rollback, "T3", "rollback on every path",
     "a transaction that is not committed is rolled back, or its session closed, before the "
     "connection is granted again",
     decides<judge_transaction_rollback>, why_no_transactions},
    {LawId::transaction_deadline, "T4", "no commit after its deadline",
     "after the deadline neither commit nor statement is sent, and nobody waits for another "
     "attempt; no statement is given longer, and a rollback has time of its own",
     decides<judge_transaction_deadline>, why_no_transactions},
    {LawId::transaction_retries, "T5", "only safe retries",
     "another attempt follows only a failure that surely had no effect and may not come again, "
     "and a pause; no more than attempts_max are made, and after a conflict no fewer; what is "
     "said "
     "of their number is true",
     decides<judge_transaction_retries>, why_no_transactions},
    {LawId::transaction_success, "T6", "nothing fails for nothing",
     "a transaction that no failure, conflict, deadline or close hinders is reported as its work "
     "ended, and committed if that was well; none is ambiguous, and costs its session, for "
     "nothing",
     decides<judge_transaction_success>, why_no_transactions},
    {LawId::transaction_as_asked, "T7", "as asked",
     "the database runs a transaction at the level, and for reading or writing, as it was asked "
     "for",
     decides<judge_transaction_as_asked>, why_no_transactions},
    {LawId::transaction_cancellation, "T8", "cancelled at once",
     "who cancels a transaction is answered cancelled, or as its attempt under way ended: no "
     "attempt follows, and no pause lasts on",
     decides<judge_transaction_cancellation>, why_no_transactions},
}};

}  // namespace

void LawCounts::add(LawSet laws) noexcept {
  if (laws.empty()) return;
  for (const Law& law : all_laws) {
    if (laws.has(law.id)) ++counts_[static_cast<std::size_t>(law.id)];
  }
}

std::span<const Law> laws() noexcept {
  return all_laws;
}

const Law& law(LawId id) {
  const Law* found = nullptr;
  for (const Law& candidate : all_laws) {
    if (candidate.id == id) found = &candidate;
  }
  ensure(found != nullptr);
  return *found;
}

std::string_view not_judged(const Law& law, const Capabilities& capabilities, bool virtual_time) {
  const std::string_view declined = law.declined(capabilities);
  if (!declined.empty() || virtual_time || law.unseen_on_threads == nullptr) return declined;
  return law.unseen_on_threads(capabilities);
}

LawSet judge(const History& history, HistoryIndex& index, std::vector<Violation>& found) {
  index.build(history);
  LawSet unknown;
  for (const Law& law : all_laws) {
    if (!not_judged(law, history.capabilities, history.virtual_time).empty()) continue;
    if (!law.judge(history, index, found)) unknown.add(law.id);
  }
  return unknown;
}

}  // namespace poolproof::sim
