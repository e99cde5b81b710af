// L3: no slot is lost or gained, and every session opened is closed exactly once.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/sizes.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

bool is_idle_at(const HistoryIndex& index, const SessionRecord& session, EventIndex event) {
  return session.is_connected && session.connect_end < event && session.close_begin > event &&
         index.lease_at(session, event) == absent;
}

bool has_idle_session(const HistoryIndex& index, EventIndex event) {
  for (const SessionRecord& session : index.sessions) {
    if (is_idle_at(index, session, event)) return true;
  }
  return false;
}

bool was_refused(const History& history, const OperationRecord& attempt) {
  if (attempt.kind == Operation::try_acquire) return attempt.outcome == Outcome::exhausted;
  if (attempt.kind != Operation::acquire || attempt.outcome != Outcome::timed_out) return false;
  return attempt.returned_at - attempt.called_at <= slack(history);
}

/// An attempt that had the pool to itself, and took no time, finds every slot that no lease is
/// using.
void judge_refusal(const History& history, const HistoryIndex& index,
                   const OperationRecord& attempt, Found& found) {
  if (!was_refused(history, attempt)) return;
  const bool is_closing = index.first_close_call < attempt.ret;
  if (is_closing || attempt.failed_calls != 0 || !index.ran_alone(attempt)) return;
  const Sizes sizes = sizes_between(history, index, attempt.call, attempt.ret);
  if (attempt.leases_before >= sizes.max_lowest) return;
  if (!history.capabilities.connects_lazily && !has_idle_session(index, attempt.call)) return;
  found.push_back({LawId::conservation,
                   {attempt.call, attempt.ret},
                   fmt::format("{} was refused {} with {} of {} out and nothing under way: a "
                               "slot is lost",
                               name(attempt), moment(history, attempt.ret), attempt.leases_before,
                               counted(sizes.max_lowest, "lease"))});
}

void judge_surplus(const History& history, const HistoryIndex& index, const LeaseRecord& lease,
                   Found& found) {
  if (index.resizes.empty() && lease.leases_out <= history.config.max_size) return;
  const EventIndex called = index.operations[lease.acquire].call;
  const Sizes sizes = sizes_between(history, index, called, lease.begin);
  if (lease.leases_out <= sizes.max_highest) return;
  found.push_back(
      {LawId::conservation,
       {called, lease.begin},
       fmt::format("{} got {} {} as one of {} out at once: max_size is {}", name(lease.holder),
                   name(index.sessions[lease.session]), moment(history, lease.begin),
                   counted(lease.leases_out, "lease"), sizes.max_highest)});
}

/// The event after which no session may be left open, or absent when the history does not come to
/// that.
EventIndex end_of_service(const History& history, const HistoryIndex& index) {
  const bool has_ended =
      index.finished != absent && history.events[index.finished].outcome == Outcome::ok;
  if (!has_ended || index.leases_out != 0 || index.operations_open != 0) return absent;
  return std::min(index.destroy_return, index.first_close_return);
}

void judge_closing(const History& history, const HistoryIndex& index, const SessionRecord& session,
                   EventIndex end, Found& found) {
  if (session.second_close != absent) {
    found.push_back(
        {LawId::conservation,
         {session.close_begin, session.second_close},
         fmt::format("{} was closed a second time {} (first at event {})", name(session),
                     moment(history, session.second_close), session.close_begin)});
  }
  const EventIndex used = session.used_after_close;
  if (used != absent && !mocks::is_statement(history.events[used].client_call)) {
    found.push_back({LawId::conservation,
                     {session.close_begin, used},
                     fmt::format("{} was called ({}) {} after its close had begun (event {})",
                                 name(session), mocks::to_string(history.events[used].client_call),
                                 moment(history, used), session.close_begin)});
  }
  if (end != absent && session.is_connected && session.close_end == absent) {
    found.push_back({LawId::conservation,
                     {session.connect_begin, index.finished},
                     fmt::format("{}, opened {}, was never closed", name(session),
                                 moment(history, session.connect_begin))});
  }
}

}  // namespace

void judge_conservation(const History& history, const HistoryIndex& index, Found& found) {
  for (const OperationRecord& operation : index.operations)
    judge_refusal(history, index, operation, found);
  for (const LeaseRecord& lease : index.leases)
    judge_surplus(history, index, lease, found);
  const EventIndex end = end_of_service(history, index);
  for (const SessionRecord& session : index.sessions)
    judge_closing(history, index, session, end, found);
}

}  // namespace poolproof::sim
