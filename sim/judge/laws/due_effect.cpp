// L22: an operation that nothing hinders does what it is asked.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/backoff_bounds.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

class Effects {
 public:
  Effects(const History& history, const HistoryIndex& index, Found& found)
      : history_(history), index_(index), found_(found) {}

  void judge() {
    // A pool with threads of its own may leave the rest to them.
    const bool acts_itself = index_.last_own_call == absent;
    for (const OperationRecord& operation : index_.operations) {
      if (operation.ret == absent) continue;
      if (operation.kind == Operation::drain) judge_drain(operation);
      if (!acts_itself || index_.first_close_call < operation.ret) continue;
      judge_in_service(operation);
    }
  }

 private:
  void judge_in_service(const OperationRecord& operation) {
    switch (operation.kind) {
      case Operation::release:
        return judge_release(operation);
      case Operation::evict_all:
        return judge_eviction(operation);
      case Operation::resize:
        return judge_resize(operation);
      case Operation::ensure_min_size:
        return judge_floor(operation);
      case Operation::health_check:
        return judge_check(operation);
      default:
        return;
    }
  }

  void report(EventIndex cause, const OperationRecord& operation, const std::string& what) {
    found_.push_back({LawId::due_effect, {cause, operation.ret}, what});
  }

  /// What was invalidated, or out when all were evicted, is closed when it comes back.
  void judge_release(const OperationRecord& release) {
    if (release.lease == absent || release.outcome != Outcome::ok) return;
    const LeaseRecord& lease = index_.leases[release.lease];
    const SessionRecord& session = index_.sessions[lease.session];
    if (session.close_begin < release.ret) return;
    if (lease.invalidated < release.call) {
      report(lease.invalidated, release,
             fmt::format("{} was invalidated (event {}), and still open when its release had "
                         "returned {}",
                         name(session), lease.invalidated, moment(history_, release.ret)));
      return;
    }
    for (const std::uint32_t number : index_.evictions) {
      const OperationRecord& eviction = index_.operations[number];
      const bool is_due = eviction.outcome == Outcome::ok && lease.begin < eviction.call &&
                          eviction.ret < release.call;
      if (!is_due) continue;
      report(eviction.call, release,
             fmt::format("{} was out when {} evicted all (event {}), and still open when its "
                         "release had returned {}",
                         name(session), name(eviction.task), eviction.call,
                         moment(history_, release.ret)));
      return;
    }
  }

  [[nodiscard]] bool ran_undisturbed(const OperationRecord& operation) const {
    return operation.outcome == Outcome::ok && index_.ran_alone(operation);
  }

  [[nodiscard]] static bool is_open(const SessionRecord& session, EventIndex event) {
    return session.is_connected && session.connect_end < event && session.close_begin > event;
  }

  void judge_eviction(const OperationRecord& eviction) {
    if (!ran_undisturbed(eviction)) return;
    for (const SessionRecord& session : index_.sessions) {
      if (index_.settled(session) > eviction.call || !is_open(session, eviction.ret)) continue;
      if (index_.lease_at(session, eviction.call) != absent) continue;
      report(eviction.call, eviction,
             fmt::format("{} was idle, and still open when {} had returned {}", name(session),
                         name(eviction), moment(history_, eviction.ret)));
      return;
    }
  }

  void judge_resize(const OperationRecord& resize) {
    if (!ran_undisturbed(resize)) return;
    std::uint64_t open = 0;
    for (const SessionRecord& session : index_.sessions)
      open += is_open(session, resize.ret) ? 1U : 0U;
    const std::uint64_t max_size = history_.events[resize.call].max_size;
    if (open <= std::max<std::uint64_t>(max_size, resize.leases_before)) return;
    report(resize.call, resize,
           fmt::format("{} were open, {} of them leased out, when {} had returned {}: max_size is "
                       "{}",
                       counted(open, "session"), resize.leases_before, name(resize),
                       moment(history_, resize.ret), max_size));
  }

  void judge_floor(const OperationRecord& floor) {
    if (floor.outcome != Outcome::failed || !index_.ran_alone(floor)) return;
    if (floor.failed_calls != 0) return;
    if (may_be_paused(history_, index_, floor)) return;  // It answers with the last refusal.
    report(floor.call, floor,
           fmt::format("{} failed {} although no connect had failed", name(floor),
                       moment(history_, floor.ret)));
  }

  void judge_drain(const OperationRecord& drain) {
    if (drain.outcome != Outcome::ok) return;
    std::uint64_t surely = 0;
    std::uint64_t possibly = 0;
    for (const LeaseRecord& lease : index_.leases) {
      const EventIndex back =
          lease.release == absent ? absent : index_.operations[lease.release].ret;
      if (index_.operations[lease.acquire].call < drain.ret && back > drain.call) ++possibly;
      if (lease.begin < drain.call && lease.end > drain.ret) ++surely;
    }
    const std::uint64_t said = history_.events[drain.ret].count;
    if (said >= surely && said <= possibly) return;
    report(drain.call, drain,
           fmt::format("{} said {} that {} were out, of which there were {} to {}", name(drain),
                       moment(history_, drain.ret), counted(said, "lease"), surely, possibly));
  }

  /// A lease that is overdue is reported by the next check, to pools that have an observer.
  void judge_check(const OperationRecord& check) {
    const Duration limit = history_.config.leak_threshold;
    if (limit <= Duration::zero() || !history_.capabilities.observer) return;
    if (!ran_undisturbed(check)) return;
    for (const LeaseRecord& lease : index_.leases) {
      if (lease.begin > check.call || lease.end < check.ret) continue;
      if (check.called_at - instant(history_, lease.begin) - slack(history_) <= limit) continue;
      if (was_reported(lease, check.ret)) continue;
      report(lease.begin, check,
             fmt::format("{} had been out for {} when {} was called, and nobody was told: "
                         "leak_threshold is {}",
                         name(index_.sessions[lease.session]),
                         mocks::print_duration(check.called_at - instant(history_, lease.begin)),
                         name(check), mocks::print_duration(limit)));
      return;
    }
  }

  /// Whether the observer was told of the lease before `event`. It knows the connection by the
  /// number under which the lease began.
  bool was_reported(const LeaseRecord& lease, EventIndex event) const {
    std::uint32_t connection = 0;
    for (const ObservedRecord& record : index_.observed) {
      const Event& said = history_.events[record.event];
      if (record.event > event) continue;
      const bool is_its_begin = said.pool_event == PoolEventKind::lease_began &&
                                index_.operation_at[record.event] == lease.acquire;
      if (is_its_begin) connection = said.connection;
      const bool is_told = said.pool_event == PoolEventKind::lease_overdue && connection != 0 &&
                           said.connection == connection;
      if (is_told) return true;
    }
    return connection == 0;  // Not told of leases: then nothing is known.
  }

  const History& history_;
  const HistoryIndex& index_;
  Found& found_;
};

}  // namespace

void judge_due_effect(const History& history, const HistoryIndex& index, Found& found) {
  Effects(history, index, found).judge();
}

}  // namespace poolproof::sim
