// L13: a failed connect frees its slot, passes it to the oldest waiter, and is told to the caller
// for whom it was made: at once where the pool has no other session, else when none of those has
// served it by its deadline.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/backoff_bounds.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/lost_wakeup.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

bool is_failed_connect(const ClientRecord& call) {
  return call.kind == ClientCall::connect && call.end != absent && call.outcome != Outcome::ok;
}

/// The last failed connect that ended before `event`, or absent.
std::uint32_t failed_connect_before(const HistoryIndex& index, EventIndex event) {
  std::uint32_t last = absent;
  for (std::uint32_t c = 0; c < index.clients.size(); ++c) {
    if (is_failed_connect(index.clients[c]) && index.clients[c].end < event) last = c;
  }
  return last;
}

/// A thread of the pool's own may have connected for a caller.
bool had_own_connect_failed(const HistoryIndex& index, const OperationRecord& operation) {
  for (const ClientRecord& call : index.clients) {
    if (call.is_pools_own && is_failed_connect(call) && call.end < operation.ret) return true;
  }
  return false;
}

void judge_answer(const History& history, const HistoryIndex& index,
                  const OperationRecord& operation, Found& found) {
  if (!is_acquire(operation) || operation.ret == absent) return;
  const bool says_so = operation.outcome == Outcome::connect_failed;
  if (says_so && operation.failed_connects == 0 && !had_own_connect_failed(index, operation) &&
      !may_be_paused(history, index, operation)) {
    found.push_back({LawId::connect_errors,
                     {operation.call, operation.ret},
                     fmt::format("{} answered connect_failed {} although no connect of its own "
                                 "had failed",
                                 name(operation), moment(history, operation.ret))});
  }
  if (operation.outcome == Outcome::exhausted && operation.failed_connects != 0) {
    found.push_back({LawId::connect_errors,
                     {operation.call, operation.ret},
                     fmt::format("{} answered exhausted {} although its own connect had failed: "
                                 "the error never reached the caller",
                                 name(operation), moment(history, operation.ret))});
  }
}

/// The last client call in the course of `operation`.
const ClientRecord* last_call_of(const HistoryIndex& index, const OperationRecord& operation) {
  const ClientRecord* last = nullptr;
  for (const ClientRecord& call : index.clients) {
    if (call.operation != absent && &index.operations[call.operation] == &operation) last = &call;
  }
  return last;
}

/// A lease that was out from before `from` until after `to`: its session is open all the time.
const LeaseRecord* out_throughout(const HistoryIndex& index, EventIndex from, EventIndex to) {
  const auto found = std::ranges::find_if(index.leases, [&](const LeaseRecord& lease) {
    return lease.begin < from && lease.end > to;
  });
  return found == index.leases.end() ? nullptr : &*found;
}

/// Told at once although another connection may have come back in time.
void judge_haste(const History& history, const HistoryIndex& index, const OperationRecord& acquire,
                 Found& found) {
  const bool has_given_up = acquire.kind == Operation::acquire && acquire.ret != absent &&
                            acquire.outcome == Outcome::connect_failed &&
                            acquire.returned_at < deadline(acquire) - slack(history);
  if (!has_given_up || index.first_close_call < acquire.ret) return;
  const ClientRecord* const connect = last_call_of(index, acquire);
  if (connect == nullptr || !is_refused_connect(*connect)) return;
  const LeaseRecord* const other = out_throughout(index, connect->begin, acquire.ret);
  if (other == nullptr) return;
  found.push_back({LawId::connect_errors,
                   {connect->end, acquire.ret},
                   fmt::format("{} (timeout {}) answered connect_failed {} although {}, in use by "
                               "{}, could still have come back in time",
                               name(acquire), mocks::print_duration(acquire.timeout),
                               moment(history, acquire.ret), name(index.sessions[other->session]),
                               name(other->holder))});
}

/// Until when the pool may have taken a session for open or opening: of one that was refused it
/// knows when whoever connected has said so: an operation when it returns, a thread of the pool's
/// own by what it does next.
EventIndex known_gone(const History& history, const HistoryIndex& index,
                      const SessionRecord& session) {
  if (session.is_connected) return session.close_begin;
  for (const ClientRecord& call : index.clients) {
    if (call.begin != session.connect_begin) continue;
    if (call.operation != absent) return index.operations[call.operation].ret;
    for (std::size_t i = std::size_t{session.connect_end} + 1; i < history.events.size(); ++i) {
      if (history.events[i].task == call.task) return static_cast<EventIndex>(i);
    }
    return absent;
  }
  return session.connect_end;
}

/// Whether a session was open or opening, or became so, between the events.
bool has_session_between(const History& history, const HistoryIndex& index,
                         const ClientRecord& own, EventIndex from, EventIndex to) {
  return std::ranges::any_of(index.sessions, [&](const SessionRecord& session) {
    if (session.connect_begin == own.begin || session.connect_begin > to) return false;
    return known_gone(history, index, session) > from;
  });
}

/// Asleep after its connect was refused, in a pool that has nothing to wait for.
void judge_refused_sleepers(const History& history, const HistoryIndex& index,
                            const StallRecord& stall, Found& found) {
  if (may_be_locked_out(history, stall)) return;
  for (std::uint32_t p = stall.parked_begin; p < stall.parked_end; ++p) {
    const OperationRecord& acquire = index.operations[index.parked[p].operation];
    if (acquire.kind != Operation::acquire || acquire.failed_connects == 0) continue;
    const ClientRecord* const connect = last_call_of(index, acquire);
    if (connect == nullptr || !is_refused_connect(*connect)) continue;
    if (connect->end > index.parked[p].since) continue;
    if (has_session_between(history, index, *connect, connect->begin, stall.event)) continue;
    found.push_back(
        {LawId::connect_errors,
         {acquire.call, connect->end, stall.event},
         fmt::format("{} slept on {} although {} had failed (event {}) and no other "
                     "session was open or opening",
                     name(acquire), moment(history, stall.event), name(*connect), connect->end)});
    return;
  }
}

/// Whether who is refused is promised to wait for another.
bool waits_when_refused(const History& history) noexcept {
  return history.capabilities.waits_when_refused && history.config.wait_when_refused &&
         history.config.connect_backoff > Duration::zero();
}

}  // namespace

void judge_connect_errors(const History& history, const HistoryIndex& index, Found& found) {
  for (const OperationRecord& operation : index.operations)
    judge_answer(history, index, operation, found);
  if (std::ranges::none_of(index.clients, is_failed_connect)) return;
  if (waits_when_refused(history)) {
    for (const OperationRecord& operation : index.operations)
      judge_haste(history, index, operation, found);
  }
  for (const StallRecord& stall : index.stalls) {
    const std::size_t before = found.size();
    judge_refused_sleepers(history, index, stall, found);
    if (found.size() != before) return;
    const auto lost = lost_wakeup(history, index, stall);
    if (!lost || lost->idle_session != absent) continue;
    const std::uint32_t failed = failed_connect_before(index, stall.event);
    const OperationRecord& waiter = index.operations[lost->waiter];
    if (failed == absent || index.clients[failed].end < waiter.call) continue;
    const ClientRecord& connect = index.clients[failed];
    found.push_back({LawId::connect_errors,
                     {connect.end, waiter.call, stall.event},
                     fmt::format("{} failed (event {}), but its slot was not passed to {}, which "
                                 "slept in acquire {}",
                                 name(connect), connect.end, name(waiter.task),
                                 moment(history, stall.event))});
    return;
  }
}

}  // namespace poolproof::sim
