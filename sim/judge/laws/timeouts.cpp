// L7: a waiter never reports timed_out before its deadline, and does not sleep on after it; a
// waiter granted before it withdrew keeps the grant; no client's call is given more time than the
// acquire that it is made for has.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

bool has_given_up(const History& history, const OperationRecord& operation) {
  if (operation.ret == absent) return false;
  if (operation.kind == Operation::acquire) return operation.outcome == Outcome::timed_out;
  return operation.kind == Operation::drain && history.events[operation.ret].count > 0;
}

void judge_patience(const History& history, const OperationRecord& operation, Found& found) {
  if (!has_given_up(history, operation)) return;
  const Instant earliest = deadline(operation);
  if (operation.returned_at >= earliest - slack(history)) return;
  const Duration waited = operation.returned_at - operation.called_at;
  found.push_back({LawId::timeouts,
                   {operation.call, operation.ret},
                   fmt::format("{} gave up after {} {}, before its timeout of {}", name(operation),
                               mocks::print_duration(waited), moment(history, operation.ret),
                               mocks::print_duration(operation.timeout))});
}

/// The instant of the earliest timer, when the writer knew it.
Instant next_timer(const History& history, const StallRecord& stall) {
  const Event& event = history.events[stall.event];
  return event.timeout > Duration::zero() ? deadline_after(event.at, event.timeout) : event.at;
}

/// The latest deadline that a pool may have reckoned: it reads the clock between the call and its
/// first sleep, and time may have moved between the two.
Instant latest_deadline(const History& history, const OperationRecord& operation) {
  return deadline_after(instant(history, operation.parked), operation.timeout);
}

/// A task that sleeps beyond its deadline: time has passed it by, or is about to.
void judge_sleepers(const History& history, const HistoryIndex& index, const StallRecord& stall,
                    Found& found) {
  if (may_be_locked_out(history, stall)) return;
  const Instant now = instant(history, stall.event);
  for (std::uint32_t p = stall.parked_begin; p < stall.parked_end; ++p) {
    const OperationRecord& operation = index.operations[index.parked[p].operation];
    if (operation.kind != Operation::acquire && operation.kind != Operation::drain) continue;
    const Instant end = latest_deadline(history, operation);
    const bool is_overdue = end < now && instant(history, index.parked[p].since) < now;
    const bool will_be = end >= now && end < next_timer(history, stall);
    if (!is_overdue && !will_be) continue;
    found.push_back(
        {LawId::timeouts,
         {operation.call, index.parked[p].since, stall.event},
         fmt::format("{} (called at event {}, timeout {}) {} {}", name(operation), operation.call,
                     mocks::print_duration(operation.timeout),
                     is_overdue ? "was still asleep after its deadline"
                                : "slept with no timer that would wake it at its deadline",
                     moment(history, stall.event))});
    return;
  }
}

/// A drain for which nothing is left to wait: nobody will wake it before its deadline, since only
/// its own timer is left. One that looks again now and then has an earlier timer.
void judge_drains(const History& history, const HistoryIndex& index, const StallRecord& stall,
                  Found& found) {
  if (stall.leases_out != 0 || stall.calls_under_way != 0) return;
  for (std::uint32_t p = stall.parked_begin; p < stall.parked_end; ++p) {
    const OperationRecord& operation = index.operations[index.parked[p].operation];
    if (operation.kind != Operation::drain) continue;
    if (next_timer(history, stall) < deadline(operation)) continue;
    found.push_back({LawId::timeouts,
                     {operation.call, index.parked[p].since, stall.event},
                     fmt::format("{} slept on {} although every lease had ended, with nothing to "
                                 "wake it before its deadline",
                                 name(operation), moment(history, stall.event))});
    return;
  }
}

/// An answer that the operation does not have: who never waits has no time that could run out, and
/// who may wait is not refused for want of a connection.
void judge_answer(const History& history, const OperationRecord& operation, Found& found) {
  if (operation.ret == absent) return;
  const bool is_wrong_try =
      operation.kind == Operation::try_acquire && operation.outcome == Outcome::timed_out;
  const bool is_wrong_wait = operation.kind == Operation::acquire &&
                             operation.timeout > Duration::zero() &&
                             operation.outcome == Outcome::exhausted;
  if (!is_wrong_try && !is_wrong_wait) return;
  found.push_back({LawId::timeouts,
                   {operation.call, operation.ret},
                   fmt::format("{} answered {} {}: {}", name(operation),
                               to_string(operation.outcome), moment(history, operation.ret),
                               is_wrong_try ? "it has no time to wait that could be over"
                                            : "it waits, until its timeout has passed")});
}

/// A waiter that was handed a connection, or a slot to open one in, and neither took it nor found
/// it unfit.
void judge_grants(const History& history, const HistoryIndex& index, Found& found) {
  for (const WaiterRecord& waiter : index.waiters) {
    if (waiter.granted == absent || waiter.operation == absent) continue;
    const OperationRecord& operation = index.operations[waiter.operation];
    const bool timed_out = operation.ret != absent && operation.outcome == Outcome::timed_out;
    if (!timed_out || operation.client_calls != 0) continue;
    const std::string grant = waiter.granted_connection == 0
                                  ? "a free slot"
                                  : fmt::format("connection {}", waiter.granted_connection);
    found.push_back(
        {LawId::timeouts,
         {waiter.queued, waiter.granted, operation.ret},
         fmt::format("{} answered timed_out {} although {} had been granted to it (event {})",
                     name(operation), moment(history, operation.ret), grant, waiter.granted)});
  }
}

/// What calls have that are made for nobody, or for who does not wait.
Duration patience(const History& history) {
  const Duration timeout = history.config.acquire_timeout;
  return timeout == Duration::zero() ? Duration::max() : timeout;
}

bool waits(const OperationRecord& acquire) {
  return acquire.kind == Operation::acquire && acquire.timeout > Duration::zero();
}

/// How long an acquire that began at a time gives the calls that it makes.
Duration time_for_calls(const History& history, const OperationRecord& acquire) {
  return waits(acquire) ? acquire.timeout : patience(history);
}

/// The latest deadline that an acquire may have reckoned for the calls that it makes: it has read
/// the clock before the first of them, or before it slept.
Instant latest_call_deadline(const History& history, const OperationRecord& acquire,
                             EventIndex first_call) {
  const EventIndex first = std::min(first_call, acquire.parked);
  return deadline_after(instant(history, first), time_for_calls(history, acquire));
}

std::string words_for_given(Duration given) {
  return given == Duration::max() ? "no deadline" : mocks::print_duration(given);
}

/// A connect that is given less time than whoever it is made for has, or none although it is made
/// for nobody. A ping may have a limit of its own.
void judge_time_of_connect(const History& history, const HistoryIndex& index,
                           const ClientRecord& call, Found& found) {
  const Event& event = history.events[call.begin];
  const Duration given = event.timeout;
  if (event.client_call != ClientCall::connect || given <= Duration::zero()) return;
  const auto report = [&](EventIndex cause, const std::string& due) {
    found.push_back({LawId::timeouts,
                     {cause, call.begin},
                     fmt::format("{} was given {} {}, and {}", name(call), words_for_given(given),
                                 moment(history, call.begin), due)});
  };
  if (call.operation != absent && is_acquire(index.operations[call.operation])) {
    const OperationRecord& acquire = index.operations[call.operation];
    // A transaction's may have no time because its deadline has passed.
    if (!waits(acquire) && !index.transactions.empty()) return;
    const Instant due = deadline_after(acquire.called_at, time_for_calls(history, acquire));
    const Instant end = deadline_after(instant(history, call.begin), given);
    if (deadline_after(end, slack(history)) >= due) return;
    return report(
        acquire.call,
        fmt::format("{} (timeout {}) had {} for it", name(acquire),
                    mocks::print_duration(acquire.timeout),
                    words_for_given(due == Instant::max() ? Duration::max()
                                                          : due - instant(history, call.begin))));
  }
  if (given != Duration::max() || patience(history) == Duration::max()) return;
  report(call.begin,
         fmt::format("acquire_timeout is {}", mocks::print_duration(patience(history))));
}

/// A call that lasted beyond the deadline of the acquire that it was made for, because it had been
/// given more time than that.
void judge_time_given(const History& history, const HistoryIndex& index, const ClientRecord& call,
                      Found& found) {
  const Duration given = history.events[call.begin].timeout;
  constexpr Duration no_more{1};  // It began after its deadline.
  if (call.operation == absent || given <= no_more) return;
  const OperationRecord& acquire = index.operations[call.operation];
  if (!is_acquire(acquire)) return;
  const auto first = std::ranges::find(index.clients, call.operation, &ClientRecord::operation);
  const Instant allowed =
      deadline_after(latest_call_deadline(history, acquire, first->begin), slack(history));
  const EventIndex end =
      std::min<EventIndex>(call.end, static_cast<EventIndex>(history.events.size()) - 1);
  if (instant(history, end) <= allowed) return;
  if (deadline_after(instant(history, call.begin), given) <= allowed) return;
  found.push_back(
      {LawId::timeouts,
       {acquire.call, call.begin, end},
       fmt::format("{} (timeout {}) gave {} {} {}, and it lasted until {}", name(acquire),
                   mocks::print_duration(acquire.timeout), name(call), words_for_given(given),
                   moment(history, call.begin), moment(history, end))});
}

}  // namespace

void judge_timeouts(const History& history, const HistoryIndex& index, Found& found) {
  for (const OperationRecord& operation : index.operations) {
    judge_patience(history, operation, found);
    judge_answer(history, operation, found);
  }
  judge_grants(history, index, found);
  if (history.capabilities.call_deadlines) {
    for (const ClientRecord& call : index.clients) {
      judge_time_given(history, index, call, found);
      judge_time_of_connect(history, index, call, found);
    }
  }
  if (!history.virtual_time) return;
  for (const StallRecord& stall : index.stalls) {
    const std::size_t before = found.size();
    judge_sleepers(history, index, stall, found);
    judge_drains(history, index, stall, found);
    if (found.size() != before) return;  // It sleeps on: later stalls would say the same again.
  }
}

}  // namespace poolproof::sim
