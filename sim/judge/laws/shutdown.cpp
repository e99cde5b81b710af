// L12: after close() returned no connect is decided on, every waiter has been woken, and when the
// last lease ends no session is open.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// Whether the pool may have decided on this connect before close() returned: no pool can make the
/// decision and the call to the client one step without holding its lock over the call. Once
/// nobody can run, nobody is between the two any more.
bool was_on_its_way(const HistoryIndex& index, const SessionRecord& session) {
  const bool is_of_a_newcomer =
      session.opener != absent && index.operations[session.opener].call > index.first_close_return;
  return !is_of_a_newcomer && std::ranges::none_of(index.stalls, [&](const StallRecord& stall) {
    return stall.event > index.first_close_return && stall.event < session.connect_begin;
  });
}

void judge_connects(const History& history, const HistoryIndex& index, Found& found) {
  for (const SessionRecord& session : index.sessions) {
    if (session.connect_begin < index.first_close_return) continue;
    if (was_on_its_way(index, session)) continue;
    found.push_back({LawId::shutdown,
                     {index.first_close_return, session.connect_begin},
                     fmt::format("the connect of {} began {} after close had returned (event {})",
                                 name(session), moment(history, session.connect_begin),
                                 index.first_close_return)});
  }
}

void judge_answers(const History& history, const HistoryIndex& index, Found& found) {
  for (const OperationRecord& operation : index.operations) {
    if (!is_acquire(operation) || operation.ret == absent) continue;
    const bool says_closed = operation.outcome == Outcome::closed;
    if (says_closed && operation.ret < index.first_close_call) {
      found.push_back({LawId::shutdown,
                       {operation.call, operation.ret},
                       fmt::format("{} answered closed {} although nobody had closed the pool",
                                   name(operation), moment(history, operation.ret))});
    }
    // Who was told to give up before may be told so.
    if (says_closed || operation.outcome == Outcome::threw ||
        operation.outcome == Outcome::cancelled)
      continue;
    if (operation.call < index.first_close_return) continue;
    found.push_back({LawId::shutdown,
                     {index.first_close_return, operation.call, operation.ret},
                     fmt::format("{} answered {} {} although close had returned (event {}) before "
                                 "it was called",
                                 name(operation), to_string(operation.outcome),
                                 moment(history, operation.ret), index.first_close_return)});
  }
}

void judge_waiters(const History& history, const HistoryIndex& index, Found& found) {
  for (const StallRecord& stall : index.stalls) {
    if (stall.event < index.first_close_return || may_be_locked_out(history, stall)) continue;
    for (std::uint32_t p = stall.parked_begin; p < stall.parked_end; ++p) {
      const OperationRecord& operation = index.operations[index.parked[p].operation];
      if (operation.kind != Operation::acquire) continue;
      found.push_back({LawId::shutdown,
                       {index.first_close_return, index.parked[p].since, stall.event},
                       fmt::format("{} still slept in acquire {} although close had returned "
                                   "(event {})",
                                   name(operation.task), moment(history, stall.event),
                                   index.first_close_return)});
      return;
    }
  }
}

/// The first event at which close had returned, every operation too, and every lease had ended:
/// from then on no session may be open. Looked for among the returns; absent when the history does
/// not come to that.
EventIndex end_of_last_lease(const HistoryIndex& index) {
  if (index.leases_out != 0 || index.operations_open != 0) return absent;
  EventIndex end = index.first_close_return;
  for (const OperationRecord& operation : index.operations) {
    if (operation.kind != Operation::destroy) end = std::max(end, operation.ret);
  }
  return end;
}

void judge_sessions(const History& history, const HistoryIndex& index, Found& found) {
  const bool is_closed_first = index.first_close_return < index.destroy_call;
  const EventIndex end = is_closed_first ? end_of_last_lease(index) : absent;
  if (end == absent) return;
  for (const SessionRecord& session : index.sessions) {
    const bool is_left_open = session.is_connected && session.close_end > end;
    const bool is_pools_own_close = session.close_begin != absent && session.closer == absent;
    if (!is_left_open || is_pools_own_close) continue;
    found.push_back({LawId::shutdown,
                     {index.first_close_return, end},
                     fmt::format("{} was still open {} although close had returned (event {}) and "
                                 "every lease had ended",
                                 name(session), moment(history, end), index.first_close_return)});
  }
}

}  // namespace

void judge_shutdown(const History& history, const HistoryIndex& index, Found& found) {
  judge_answers(history, index, found);
  if (index.first_close_return == absent) return;
  judge_connects(history, index, found);
  judge_waiters(history, index, found);
  judge_sessions(history, index, found);
}

}  // namespace poolproof::sim
