// L20: no session is opened in vain, refused connects are repeated no faster than declared, and
// what was opened together does not expire together.
#include <algorithm>

#include <fmt/format.h>

#include <poolproof/core/backoff.h>
#include <poolproof/mocks/duration.h>
#include <poolproof/sim/judge/laws/backoff_bounds.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/sizes.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// Open from before `from` until after `to`, with nothing against it that the pool may know.
bool is_surely_good(const History& history, const HistoryIndex& index,
                    const SessionRecord& session, EventIndex from, EventIndex to) {
  if (!session.is_connected || index.settled(session) >= from || session.close_begin < to)
    return false;
  if (session.first_failure < to || session.invalidated < to) return false;
  const auto is_between = [&](EventIndex event) {
    return event > session.connect_begin && event < to;
  };
  const auto may_go = [&](std::uint32_t n) { return index.operations[n].call < to; };
  const bool may_be_condemned = std::ranges::any_of(index.evictions, may_go) ||
                                std::ranges::any_of(index.resizes, may_go) ||
                                std::ranges::any_of(index.demotions, is_between) ||
                                std::ranges::any_of(index.server_restarts, is_between);
  if (may_be_condemned || session.dead_since <= instant(history, to)) return false;
  const Duration lifetime = history.config.max_lifetime;
  const Duration age = instant(history, to) - instant(history, session.connect_begin);
  return lifetime <= Duration::zero() || age < lifetime - lifetime / 10;
}

/// A connect to fill the pool up that was full enough.
void judge_filling_up(const History& history, const HistoryIndex& index,
                      const SessionRecord& opened, Found& found) {
  if (opened.opener == absent) return;
  const OperationRecord& check = index.operations[opened.opener];
  const bool fills_up =
      check.kind == Operation::ensure_min_size || check.kind == Operation::health_check;
  if (!fills_up) return;
  const auto good = static_cast<std::uint64_t>(
      std::ranges::count_if(index.sessions, [&](const SessionRecord& session) {
        return is_surely_good(history, index, session, check.call, opened.connect_begin);
      }));
  const Sizes sizes = sizes_between(history, index, check.call, opened.connect_begin);
  if (good < sizes.min_highest) return;
  found.push_back(
      {LawId::restraint,
       {check.call, opened.connect_begin},
       fmt::format("{} opened {} {} although {} of min_size {} were open", name(check),
                   name(opened), moment(history, opened.connect_begin), good, sizes.min_highest)});
}

/// A second connect for one acquire, while the first session is there to be granted.
void judge_second_connect(const History& history, const HistoryIndex& index,
                          const SessionRecord& opened, Found& found) {
  if (opened.opener == absent || index.first_close_call < opened.connect_begin) return;
  const OperationRecord& acquire = index.operations[opened.opener];
  if (!is_acquire(acquire) || acquire.opened < 2) return;
  if (!index.resizes.empty() || !index.evictions.empty()) return;
  const EventIndex now = opened.connect_begin;
  for (const SessionRecord& first : index.sessions) {
    const bool is_there = first.opener == opened.opener && first.is_connected &&
                          first.connect_end < now && first.close_begin > now &&
                          first.first_failure > now;
    if (!is_there) continue;
    found.push_back({LawId::restraint,
                     {acquire.call, first.connect_end, now},
                     fmt::format("{} opened {} {} although {} had been opened for it (event {})",
                                 name(acquire), name(opened), moment(history, now), name(first),
                                 first.connect_end)});
    return;
  }
}

/// Follows the refused connects of a history, and how long the pool must have paused.
class Pauses {
 public:
  Pauses(const History& history, const HistoryIndex& index, Found& found) noexcept
      : history_(history), index_(index), found_(found) {}

  void judge() {
    for (const ClientRecord& connect : index_.clients) {
      if (connect.kind != ClientCall::connect) continue;
      catch_up(connect.begin);
      judge_begin(connect);
      under_way_.push_back(&connect);
    }
  }

 private:
  /// Takes in what ended before `event`, in order.
  void catch_up(EventIndex event) {
    std::ranges::sort(under_way_, {}, &ClientRecord::end);
    std::size_t ended = 0;
    for (; ended < under_way_.size() && under_way_[ended]->end < event; ++ended)
      end(*under_way_[ended]);
    under_way_.erase(under_way_.begin(), under_way_.begin() + static_cast<std::ptrdiff_t>(ended));
  }

  void end(const ClientRecord& connect) {
    if (connect.outcome == Outcome::ok) {
      refused_ = nullptr;
      in_a_row_ = 0;
      forgiven_until_ = std::max(forgiven_until_, known_at(connect));
    } else if (is_refused_connect(connect) &&
               (refused_ == nullptr || was_decided_after(connect))) {
      const bool goes_on = refused_ != nullptr && forgiven_until_ < refused_->end;
      in_a_row_ = goes_on ? in_a_row_ + 1 : 1;
      refused_ = &connect;
    }
  }

  /// Whether the pool surely knew of the last refusal when it decided on `connect`.
  bool was_decided_after(const ClientRecord& connect) const {
    if (connect.begin < refused_->end) return false;
    if (connect.task == refused_->task) return true;
    const EventIndex known = known_at(*refused_);
    if (connect.operation != absent && index_.operations[connect.operation].call > known)
      return true;
    return std::ranges::any_of(index_.stalls, [&](const StallRecord& stall) {
      return stall.event > known && stall.event < connect.begin;
    });
  }

  /// The next event of the task that connected: by then it has told the pool.
  EventIndex known_at(const ClientRecord& connect) const {
    for (EventIndex i = connect.end + 1; i < history_.events.size(); ++i)
      if (history_.events[i].task == connect.task) return i;
    return absent;
  }

  void judge_begin(const ClientRecord& connect) {
    // The pool may have heard of an earlier success only after the refusal.
    if (refused_ == nullptr || forgiven_until_ > refused_->end) return;
    if (!was_decided_after(connect)) return;
    const Duration shortest = longest_pause(in_a_row_, {history_.config.connect_backoff,
                                                        history_.config.connect_backoff_max}) /
                              2;
    const Duration paused = instant(history_, connect.begin) - instant(history_, refused_->end);
    if (paused >= shortest) return;
    found_.push_back(
        {LawId::restraint,
         {refused_->end, connect.begin},
         fmt::format("{} began {}, {} after one was refused (event {}), number {} in "
                     "a row: the pause is at least {}",
                     name(connect), moment(history_, connect.begin), mocks::print_duration(paused),
                     refused_->end, in_a_row_, mocks::print_duration(shortest))});
  }

  const History& history_;
  const HistoryIndex& index_;
  Found& found_;
  std::vector<const ClientRecord*> under_way_;
  const ClientRecord* refused_ = nullptr;  // the last in a row
  std::uint64_t in_a_row_ = 0;
  EventIndex forgiven_until_ = 0;
};

/// Of those opened together a check closes no more for their age than falls to the time since the
/// check before: the last tenth of max_lifetime is shared out among them.
class ExpiryTogether {
 public:
  ExpiryTogether(const History& history, const HistoryIndex& index, Found& found) noexcept
      : history_(history), index_(index), found_(found) {}

  void judge() {
    const OperationRecord* before = nullptr;
    for (const OperationRecord& check : index_.operations) {
      if (check.kind != Operation::health_check || !index_.ran_alone(check)) continue;
      if (before != nullptr) judge_check(*before, check);
      before = &check;
    }
  }

 private:
  void judge_check(const OperationRecord& before, const OperationRecord& check) {
    for (const SessionRecord& session : index_.sessions) {
      if (!is_closed_by(session, check)) continue;
      const Instant opened_at = instant(history_, session.connect_end);
      if (judge_group(before, check, opened_at)) return;
    }
  }

  bool judge_group(const OperationRecord& before, const OperationRecord& check,
                   Instant opened_at) {
    const auto is_of_group = [&](const SessionRecord& session) {
      return session.is_connected && instant(history_, session.connect_end) == opened_at;
    };
    const auto opened = std::ranges::count_if(index_.sessions, is_of_group);
    const auto closed = std::ranges::count_if(index_.sessions, [&](const SessionRecord& session) {
      return is_of_group(session) && is_closed_by(session, check);
    });
    const Duration tenth = history_.config.max_lifetime / 10;
    const Duration earliest = history_.config.max_lifetime - tenth;
    const Duration from = std::max(before.called_at - opened_at, earliest);
    const Duration to = std::min(check.returned_at - opened_at, history_.config.max_lifetime);
    constexpr std::int64_t parts = 1000;
    const std::int64_t share = std::max<std::int64_t>((to - from) / (tenth / parts), 0);
    const std::int64_t most = (opened * share + parts - 1) / parts + margin;
    if (closed <= most) return false;
    found_.push_back(
        {LawId::restraint,
         {check.call, check.ret},
         fmt::format("{} closed {} of {} opened together {} after that: since the "
                     "check before (event {}) at most {} may have expired",
                     name(check), closed, counted(static_cast<std::uint64_t>(opened), "session"),
                     mocks::print_duration(check.called_at - opened_at), before.call, most)});
    return true;
  }

  /// For its age alone, as far as one can see.
  bool is_closed_by(const SessionRecord& session, const OperationRecord& check) const {
    if (session.closer == absent || &index_.operations[session.closer] != &check) return false;
    return session.first_failure > session.close_begin && session.invalidated == absent;
  }

  static constexpr std::int64_t margin = 2;

  const History& history_;
  const HistoryIndex& index_;
  Found& found_;
};

}  // namespace

void judge_restraint(const History& history, const HistoryIndex& index, Found& found) {
  for (const SessionRecord& session : index.sessions) {
    judge_filling_up(history, index, session, found);
    judge_second_connect(history, index, session, found);
  }
  const bool pauses =
      history.capabilities.connect_backoff && history.config.connect_backoff > Duration::zero();
  if (pauses && std::ranges::any_of(index.clients, is_refused_connect))
    Pauses(history, index, found).judge();
  const bool spreads = history.virtual_time && history.capabilities.max_lifetime &&
                       history.config.max_lifetime >= std::chrono::microseconds(10) &&
                       history.config.idle_timeout == Duration::zero();
  if (spreads && index.evictions.empty() && index.resizes.empty())
    ExpiryTogether(history, index, found).judge();
}

}  // namespace poolproof::sim
