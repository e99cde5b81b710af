// L11, of the numbers in an acquire's error: each is one that was true at some moment of the
// acquire. Not on real threads, whose clock is read at other times than the recorder's.
#include <poolproof/sim/judge/laws/refusals.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

class RefusalCheck {
 public:
  RefusalCheck(const History& history, const HistoryIndex& index, const OperationRecord& operation,
               Found& found) noexcept
      : history_(history),
        index_(index),
        operation_(operation),
        refusal_(history.refusals[history.events[operation.ret].snapshot - 1]),
        found_(found) {}

  void judge() {
    judge_waited();
    judge_max_size();
    judge_leases();
    judge_callers();
    judge_cause();
  }

 private:
  void report(const std::string& what) {
    found_.push_back({LawId::metrics,
                      {operation_.call, operation_.ret},
                      fmt::format("the error of {} {} {}", name(operation_),
                                  moment(history_, operation_.ret), what)});
  }

  template <class Number>
  void judge_range(const char* what, Number told, Number low, Number high) {
    if (told >= low && told <= high) return;
    const std::string right =
        low == high ? words(low) : fmt::format("{} to {}", words(low), words(high));
    report(fmt::format("says {} {}, but the history says {}", what, words(told), right));
  }
  static std::string words(std::uint64_t number) { return std::to_string(number); }
  static std::string words(Duration duration) { return mocks::print_duration(duration); }

  /// Whether what went on from `begin` to `end` did so at some moment of the acquire; and whether
  /// at each.
  bool touches(EventIndex begin, EventIndex end) const {
    return begin < operation_.ret && end > operation_.call;
  }
  bool spans(EventIndex begin, EventIndex end) const {
    return begin < operation_.call && end > operation_.ret;
  }

  void judge_waited() {
    const bool has_waited = operation_.outcome == Outcome::timed_out;
    const Duration low = has_waited ? operation_.timeout : Duration::zero();
    judge_range("waited", refusal_.waited, low, operation_.returned_at - operation_.called_at);
  }

  /// One that was in force: no other was set for good between it and the acquire.
  void judge_max_size() {
    const auto is_over = [&](EventIndex since) {
      return std::ranges::any_of(index_.resizes, [&](std::uint32_t number) {
        const OperationRecord& later = index_.operations[number];
        return later.outcome == Outcome::ok && later.call >= since && later.ret < operation_.call;
      });
    };
    const auto is_set = [&](std::uint32_t number) {
      const OperationRecord& resize = index_.operations[number];
      return touches(resize.call, absent) && !is_over(resize.ret) &&
             history_.events[resize.call].max_size == refusal_.max_size;
    };
    const bool is_first = refusal_.max_size == history_.config.max_size && !is_over(0);
    if (is_first || std::ranges::any_of(index_.resizes, is_set)) return;
    report(fmt::format("says max_size {}, which was not in force", refusal_.max_size));
  }

  /// A lease surely is out from the return of its acquire to the call of its release.
  void judge_leases() {
    const Instant told_at = operation_.called_at + refusal_.waited;
    std::uint64_t surely = 0;
    Instant oldest_at_least = told_at;
    for (const LeaseRecord& lease : index_.leases) {
      if (!spans(lease.begin, lease.end)) continue;
      ++surely;
      oldest_at_least = std::min(oldest_at_least, index_.operations[lease.acquire].returned_at);
    }
    judge_range("in_use", refusal_.in_use, surely, sessions());
    judge_range("oldest_lease_age", refusal_.oldest_lease_age, told_at - oldest_at_least,
                operation_.returned_at - oldest_at_most());
  }

  /// When the oldest lease that may have been out was taken at the earliest.
  Instant oldest_at_most() const {
    Instant oldest = operation_.returned_at;
    for (const OperationRecord& acquire : index_.operations) {
      if (!is_acquire(acquire) || acquire.call > operation_.ret) continue;
      const bool is_out = acquire.lease == absent
                              ? acquire.ret > operation_.call
                              : returned(index_.leases[acquire.lease]) > operation_.call;
      if (is_out) oldest = std::min(oldest, acquire.called_at);
    }
    return oldest;
  }
  EventIndex returned(const LeaseRecord& lease) const {
    return lease.release == absent ? absent : index_.operations[lease.release].ret;
  }

  std::uint64_t sessions() const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(index_.sessions, [&](const SessionRecord& session) {
          return touches(session.connect_begin, session.close_end);
        }));
  }

  void judge_callers() {
    std::uint64_t connecting = 0;
    for (const ClientRecord& call : index_.clients)
      if (call.kind == ClientCall::connect && spans(call.begin, call.end)) ++connecting;
    if (refusal_.opening < connecting) {
      report(fmt::format("says opening {}, but {} under way all the time", refusal_.opening,
                         counted(connecting, "connect")));
    }
    std::uint64_t others = 0;
    for (const OperationRecord& other : index_.operations)
      if (is_acquire(other) && touches(other.call, other.ret)) ++others;
    judge_range("waiting", refusal_.waiting, queued(), others - 1);
  }

  /// Who surely was in the queue all the time: queued before, and given nothing until his own time
  /// was up, later.
  std::uint64_t queued() const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(index_.waiters, [&](const WaiterRecord& waiter) {
          if (waiter.operation == absent || waiter.granted != absent) return false;
          const OperationRecord& other = index_.operations[waiter.operation];
          return other.outcome == Outcome::timed_out && spans(waiter.queued, other.ret) &&
                 deadline(other) > operation_.returned_at;
        }));
  }

  void judge_cause() {
    const auto is_refused = [&](const ClientRecord& call) {
      return call.kind == ClientCall::connect && call.end < operation_.ret &&
             call.outcome != Outcome::ok;
    };
    const bool may_have_one =
        operation_.outcome == Outcome::timed_out || operation_.outcome == Outcome::connect_failed;
    if (refusal_.names_cause && !may_have_one)
      return report(
          fmt::format("names a cause, which {} does not have", to_string(operation_.outcome)));
    if (refusal_.names_cause) {
      if (std::ranges::none_of(index_.clients, is_refused))
        report("names a cause, but no connect had failed");
      return;
    }
    if (operation_.outcome == Outcome::connect_failed) report("names no cause");
    if (operation_.outcome == Outcome::timed_out && waits_for_a_connect())
      report("names no cause, although its connect had failed and none has gone well since");
  }

  bool waits_for_a_connect() const {
    if (!history_.capabilities.waits_when_refused || !history_.config.wait_when_refused)
      return false;
    EventIndex failed = absent;
    EventIndex went_well = 0;
    for (const ClientRecord& call : index_.clients) {
      if (call.kind != ClientCall::connect || call.end > operation_.ret) continue;
      if (call.outcome == Outcome::ok) went_well = std::max(went_well, call.end);
      const bool has_failed = call.outcome == Outcome::failed || call.outcome == Outcome::refused;
      if (has_failed && index_.operation_at[call.begin] == number()) failed = call.end;
    }
    return failed != absent && failed > went_well;
  }
  std::uint32_t number() const {
    return static_cast<std::uint32_t>(&operation_ - index_.operations.data());
  }

  const History& history_;
  const HistoryIndex& index_;
  const OperationRecord& operation_;
  const Refusal& refusal_;
  Found& found_;
};

}  // namespace

void judge_refusals(const History& history, const HistoryIndex& index, Found& found) {
  if (!history.virtual_time || history.refusals.empty()) return;
  for (const OperationRecord& operation : index.operations) {
    if (!is_acquire(operation) || operation.ret == absent) continue;
    const std::uint32_t place = history.events[operation.ret].snapshot;
    if (place != 0 && place <= history.refusals.size())
      RefusalCheck(history, index, operation, found).judge();
  }
}

}  // namespace poolproof::sim
