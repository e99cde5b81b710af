#include <poolproof/sim/judge/laws/close_cause.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/sizes.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// From which event on the decision to close may have been taken.
EventIndex closing_decided_from(const HistoryIndex& index, const SessionRecord& session) {
  return session.closer == absent ? 0 : index.operations[session.closer].call;
}

/// From which event on the pool may have reckoned with a session: a slot is taken before the
/// client is called, at the earliest when its opener called the pool, or after the last stall.
EventIndex reckoned_from(const HistoryIndex& index, const SessionRecord& session) {
  if (session.opener != absent) {
    return std::min(index.operations[session.opener].call, session.connect_begin);
  }
  EventIndex from = 0;
  for (const StallRecord& stall : index.stalls) {
    if (stall.event < session.connect_begin) from = stall.event;
  }
  return from;
}

/// From which event on the pool surely no longer reckons with a session whose connect has failed
/// or whose close has returned: whoever made that call had to come back first and say so.
EventIndex forgotten_from(const HistoryIndex& index, const SessionRecord& session) {
  const bool has_failed = !session.is_connected;
  const EventIndex end = has_failed ? session.connect_end : session.close_end;
  const std::uint32_t operation = has_failed ? session.opener : session.closer;
  if (end == absent || operation != absent)
    return end == absent ? absent : index.operations[operation].ret;
  const auto stall = std::ranges::find_if(
      index.stalls, [end](const StallRecord& one) { return one.event > end; });
  return stall == index.stalls.end() ? absent : stall->event;
}

/// Whether the pool may have counted `other` between `from` and the close of `closed`. What the
/// same operation opened after that close it did not yet know of.
bool is_counted(const HistoryIndex& index, const SessionRecord& closed, const SessionRecord& other,
                EventIndex from) {
  const bool came_of_it = closed.closer != absent && other.opener == closed.closer &&
                          other.connect_begin > closed.close_begin;
  return reckoned_from(index, other) < closed.close_begin && !came_of_it &&
         forgotten_from(index, other) >= from;
}

/// How many sessions the pool may have had when it decided, less those that the same operation had
/// closed already.
std::uint64_t sessions_before(const HistoryIndex& index, const SessionRecord& closed) {
  const EventIndex from = closing_decided_from(index, closed);
  const EventIndex to = closed.close_begin;
  return static_cast<std::uint64_t>(
      std::ranges::count_if(index.sessions, [&](const SessionRecord& session) {
        const bool was_closed_by_it =
            closed.closer != absent && session.closer == closed.closer && session.close_begin < to;
        return is_counted(index, closed, session, from) && !was_closed_by_it;
      }));
}

bool is_worn_out(const History& history, const HistoryIndex& index, const SessionRecord& session) {
  const auto restarted = [&](EventIndex restart) {
    return restart > session.connect_begin && restart < session.close_begin;
  };
  return session.first_failure < session.close_begin ||
         session.invalidated < session.close_begin ||
         session.dead_since <= instant(history, session.close_begin) ||
         std::ranges::any_of(index.server_restarts, restarted);
}

/// max_lifetime, at most a tenth early.
bool is_old(const History& history, const SessionRecord& session) {
  const Duration lifetime = history.config.max_lifetime;
  if (!history.capabilities.max_lifetime) return true;  // It may have a rule of its own.
  if (lifetime <= Duration::zero()) return false;
  const Duration age =
      instant(history, session.close_begin) - instant(history, session.connect_begin);
  return age + slack(history) >= lifetime - lifetime / 10;
}

bool has_idled(const History& history, const HistoryIndex& index, const SessionRecord& session) {
  const Duration limit = history.config.idle_timeout;
  if (!history.capabilities.idle_timeout) return true;  // It may have a rule of its own.
  if (limit <= Duration::zero()) return false;
  EventIndex since = session.connect_begin;
  if (session.last_lease != absent)
    since = std::min(index.leases[session.last_lease].end, session.close_begin);
  const Duration idle = instant(history, session.close_begin) - instant(history, since);
  return idle + slack(history) >= limit;
}

bool is_above_floor(const History& history, const HistoryIndex& index,
                    const SessionRecord& session) {
  if (session.closer == absent || !history.capabilities.idle_timeout) return true;
  const Sizes sizes =
      sizes_between(history, index, closing_decided_from(index, session), session.close_begin);
  return sessions_before(index, session) > sizes.min_lowest;
}

bool is_evicted(const HistoryIndex& index, const SessionRecord& session) {
  return std::ranges::any_of(index.evictions, [&](std::uint32_t number) {
    const OperationRecord& eviction = index.operations[number];
    return eviction.call < session.close_begin && reckoned_from(index, session) < eviction.ret;
  });
}

/// Some session had shown that the server behind it may only be read.
bool is_condemned(const HistoryIndex& index, const SessionRecord& session) {
  return std::ranges::any_of(index.demotions,
                             [&](EventIndex demotion) { return demotion < session.close_begin; });
}

/// Some resize may have left no room for it.
bool is_surplus(const History& history, const HistoryIndex& index, const SessionRecord& session) {
  return std::ranges::any_of(index.resizes, [&](std::uint32_t number) {
    const EventIndex call = index.operations[number].call;
    if (call > session.close_begin) return false;
    const auto had = std::ranges::count_if(index.sessions, [&](const SessionRecord& other) {
      return is_counted(index, session, other, call);
    });
    return static_cast<std::uint64_t>(had) > history.events[call].max_size;
  });
}

/// Its opener may have given up, or the operation gone wrong.
bool is_abandoned(const HistoryIndex& index, const SessionRecord& session) {
  if (session.closer == absent) return false;
  const Outcome outcome = index.operations[session.closer].outcome;
  return session.closer == session.opener || outcome == Outcome::threw ||
         outcome == Outcome::failed;
}

}  // namespace

bool has_cause_to_close(const History& history, const HistoryIndex& index,
                        const SessionRecord& session) {
  if (is_worn_out(history, index, session) || is_old(history, session)) return true;
  if (has_idled(history, index, session) && is_above_floor(history, index, session)) return true;
  return is_condemned(index, session) || is_evicted(index, session) ||
         is_surplus(history, index, session) || is_abandoned(index, session);
}

std::string floor_note(const History& history, const HistoryIndex& index,
                       const SessionRecord& session) {
  if (!has_idled(history, index, session)) return "";
  return fmt::format(": it had idled long enough, but with min_size {} it had to stay",
                     history.config.min_size);
}

}  // namespace poolproof::sim
