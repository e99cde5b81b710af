// L8: what is closed had a reason to be, what is leased is not closed, and what must go is gone
// after a check.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/backoff_bounds.h>
#include <poolproof/sim/judge/laws/close_cause.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/sizes.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

void judge_close(const History& history, const HistoryIndex& index, const SessionRecord& session,
                 Found& found) {
  if (has_cause_to_close(history, index, session)) return;
  found.push_back(
      {LawId::expiry,
       {session.connect_begin, session.close_begin},
       fmt::format("{} was closed {} for no reason that the contract knows{}", name(session),
                   moment(history, session.close_begin), floor_note(history, index, session))});
}

void judge_leased_close(const History& history, const HistoryIndex& index,
                        const ClientRecord& call, Found& found) {
  if (call.kind != ClientCall::close || call.session == absent || call.lease == absent) return;
  const LeaseRecord& lease = index.leases[call.lease];
  if (lease.invalidated != absent && lease.holder == call.task) return;
  found.push_back({LawId::expiry,
                   {lease.begin, call.begin},
                   fmt::format("{} was closed {} while {} held it (leased at event {})",
                               name(index.sessions[call.session]), moment(history, call.begin),
                               name(lease.holder), lease.begin)});
}

/// Open for longer than max_lifetime, for certain, at `event`.
bool is_over_age(const History& history, const HistoryIndex& index, const SessionRecord& session,
                 EventIndex event) {
  const Duration lifetime = history.config.max_lifetime;
  const EventIndex settled = index.settled(session);
  if (lifetime <= Duration::zero() || !history.capabilities.max_lifetime) return false;
  if (settled >= event) return false;
  return instant(history, event) - instant(history, settled) - slack(history) > lifetime;
}

/// A connection that comes back too old is closed on the way.
void judge_return(const History& history, const HistoryIndex& index, const LeaseRecord& lease,
                  Found& found) {
  if (history.config.max_lifetime <= Duration::zero() || lease.release == absent) return;
  const OperationRecord& release = index.operations[lease.release];
  const SessionRecord& session = index.sessions[lease.session];
  const bool is_pools_own_close = session.close_begin != absent && session.closer == absent;
  if (release.ret == absent || session.close_begin < release.ret || is_pools_own_close) return;
  if (!is_over_age(history, index, session, release.call)) return;
  found.push_back(
      {LawId::expiry,
       {release.call, release.ret},
       fmt::format("{} was kept when {} released it {} although older than max_lifetime ({})",
                   name(session), name(release.task), moment(history, release.ret),
                   mocks::print_duration(history.config.max_lifetime))});
}

/// A health check that had the pool to itself.
class AfterCheck {
 public:
  AfterCheck(const History& history, const HistoryIndex& index, const OperationRecord& check,
             Found& found) noexcept
      : history_(history), index_(index), check_(check), found_(found) {}

  void judge() {
    std::uint64_t open = 0, idle = 0;
    const SessionRecord* overdue = nullptr;
    for (const SessionRecord& session : index_.sessions) {
      const bool is_open = session.is_connected && session.connect_end < check_.ret &&
                           session.close_begin > check_.ret;
      if (!is_open) continue;
      ++open;
      if (index_.lease_at(session, check_.call) != absent) continue;
      ++idle;
      if (is_over_age(history_, index_, session, check_.call))
        report_age(session);
      else if (is_over_idle(session))
        overdue = &session;
    }
    const Sizes sizes = sizes_between(history_, index_, check_.call, check_.ret);
    if (overdue != nullptr && idle > sizes.min_highest) report_idle(*overdue, idle);
    const bool could_open = history_.capabilities.connects_lazily && check_.failed_connects == 0 &&
                            !may_be_paused(history_, index_, check_);
    if (could_open && open < sizes.min_lowest) report_floor(open, sizes.min_lowest);
  }

 private:
  bool is_over_idle(const SessionRecord& session) const {
    const Duration limit = history_.config.idle_timeout;
    if (limit <= Duration::zero() || !history_.capabilities.idle_timeout) return false;
    if (check_.kind != Operation::health_check) return false;
    const EventIndex since = idle_since(session);
    if (since >= check_.call) return false;
    return check_.called_at - instant(history_, since) - slack(history_) > limit;
  }

  /// The latest event from which on the pool may count the session as idle: a ping may count as
  /// use.
  EventIndex idle_since(const SessionRecord& session) const {
    EventIndex since = index_.settled(session);
    if (since == absent) return absent;
    std::uint32_t lease = session.last_lease;
    while (lease != absent && index_.leases[lease].begin > check_.call)
      lease = index_.leases[lease].previous;
    if (lease != absent) {
      const std::uint32_t release = index_.leases[lease].release;
      if (release == absent) return absent;
      since = std::max(since, index_.operations[release].ret);
    }
    for (const ClientRecord& call : index_.clients) {
      if (call.session == absent || &index_.sessions[call.session] != &session) continue;
      if (call.end < check_.call) since = std::max(since, call.end);
    }
    return since;
  }

  void report(const SessionRecord& session, const std::string& why) {
    found_.push_back({LawId::expiry,
                      {check_.call, check_.ret},
                      fmt::format("{} was still open after {} {} although {}", name(session),
                                  name(check_), moment(history_, check_.ret), why)});
  }
  void report_age(const SessionRecord& session) {
    if (check_.kind != Operation::health_check) return;
    report(session, fmt::format("idle and older than max_lifetime ({})",
                                mocks::print_duration(history_.config.max_lifetime)));
  }
  void report_idle(const SessionRecord& session, std::uint64_t idle) {
    report(session, fmt::format("idle for longer than idle_timeout ({}) and one of {} idle, more "
                                "than min_size",
                                mocks::print_duration(history_.config.idle_timeout), idle));
  }
  void report_floor(std::uint64_t open, std::uint64_t min_size) {
    found_.push_back(
        {LawId::expiry,
         {check_.call, check_.ret},
         fmt::format("after {} {} only {} of min_size {} were open", name(check_),
                     moment(history_, check_.ret), counted(open, "session"), min_size)});
  }

  const History& history_;
  const HistoryIndex& index_;
  const OperationRecord& check_;
  Found& found_;
};

void judge_check(const History& history, const HistoryIndex& index,
                 const OperationRecord& operation, Found& found) {
  const bool is_check =
      operation.kind == Operation::health_check || operation.kind == Operation::ensure_min_size;
  if (!is_check || operation.ret == absent) return;
  if (operation.outcome != Outcome::ok || !index.ran_alone(operation)) return;
  if (index.first_close_call < operation.ret) return;
  AfterCheck(history, index, operation, found).judge();
}

}  // namespace

void judge_expiry(const History& history, const HistoryIndex& index, Found& found) {
  for (const SessionRecord& session : index.sessions) {
    const bool is_closed_in_service = session.close_begin < index.first_close_call;
    if (session.close_begin != absent && is_closed_in_service) {
      judge_close(history, index, session, found);
    }
  }
  for (const ClientRecord& call : index.clients)
    judge_leased_close(history, index, call, found);
  for (const LeaseRecord& lease : index.leases)
    judge_return(history, index, lease, found);
  for (const OperationRecord& operation : index.operations)
    judge_check(history, index, operation, found);
}

}  // namespace poolproof::sim
