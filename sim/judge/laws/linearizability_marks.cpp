#include <poolproof/sim/judge/laws/linearizability_marks.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace poolproof::sim {

namespace {

/// From after `begin` to before `end`.
struct Doubt {
  EventIndex begin = 0;
  EventIndex end = absent;
};

/// When threads of the pool's own may have held anything: a check decides before it calls the
/// client, and lets go after that. At a stall without a call of theirs they are at rest.
std::vector<Doubt> doubts_in(const HistoryIndex& index) {
  std::vector<Doubt> doubts;
  if (index.last_own_call == absent) return doubts;
  const auto is_at_rest = [&](const StallRecord& stall) {
    return std::ranges::none_of(index.clients, [&](const ClientRecord& call) {
      return call.is_pools_own && call.begin < stall.event && call.end > stall.event;
    });
  };
  std::vector<EventIndex> rests;
  for (const StallRecord& stall : index.stalls) {
    if (is_at_rest(stall)) rests.push_back(stall.event);
  }
  for (const ClientRecord& call : index.clients) {
    if (!call.is_pools_own) continue;
    const auto after = std::ranges::upper_bound(rests, call.begin);
    const Doubt doubt{after == rests.begin() ? 0 : *std::prev(after),
                      after == rests.end() ? absent : *after};
    if (doubts.empty() || doubts.back().begin != doubt.begin) doubts.push_back(doubt);
  }
  return doubts;
}

std::uint64_t largest_size(const History& history, const HistoryIndex& index) {
  std::uint64_t largest = history.config.max_size;
  for (const std::uint32_t resize : index.resizes) {
    const Event& call = history.events[index.operations[resize].call];
    largest = std::max<std::uint64_t>(largest, call.max_size);
  }
  return largest;
}

class MarkList {
 public:
  MarkList(const History& history, const HistoryIndex& index)
      : history_(history),
        index_(index),
        opens_elsewhere_(!history.capabilities.connects_lazily),
        largest_size_(largest_size(history, index)),
        doubts_(doubts_in(index)) {}

  Marks list() {
    list_events();
    number_places();
    return std::move(marks_);
  }

 private:
  void list_events() {
    for (const OperationRecord& operation : index_.operations)
      marks_.parts.push_back(part_of(history_, index_, operation));
    const auto size = static_cast<EventIndex>(history_.events.size());
    for (EventIndex i = 0; i < size; ++i) {
      const EventKind kind = history_.events[i].kind;
      const bool is_ends = kind == EventKind::call || kind == EventKind::ret;
      const std::uint32_t operation = is_ends ? index_.operation_at[i] : absent;
      if (operation == absent && !is_change(i)) continue;
      const std::uint64_t held = held_ + held_by_others(i);
      if (operation == absent) {
        marks_.list.push_back({.kind = Mark::Kind::change, .event = i, .held = held});
        continue;
      }
      const auto mark_kind = kind == EventKind::call ? Mark::Kind::call : Mark::Kind::ret;
      marks_.list.push_back({.kind = mark_kind, .event = i, .operation = operation, .held = held});
      count_held(marks_.parts[operation], kind);
    }
  }

  void count_held(const Part& part, EventKind kind) {
    if (kind == EventKind::call) held_ += part.may_hold;
    if (kind == EventKind::ret && !part.keeps) held_ -= part.may_hold;
  }

  bool is_change(EventIndex i) const {
    const EventKind kind = history_.events[i].kind;
    if (kind == EventKind::stalled) return !doubts_.empty();
    return opens_elsewhere_ && (kind == EventKind::client_begin || kind == EventKind::client_end);
  }

  std::uint64_t held_by_others(EventIndex i) const {
    const bool is_doubtful = std::ranges::any_of(
        doubts_, [&](const Doubt& doubt) { return doubt.begin < i && i <= doubt.end; });
    return (is_doubtful ? Part::everything : 0) + (opens_elsewhere_ ? missing_sessions(i) : 0);
  }

  /// A pool that opens no session for a caller has no more tokens than sessions that are fit.
  std::uint64_t missing_sessions(EventIndex i) const {
    const auto fit = static_cast<std::uint64_t>(
        std::ranges::count_if(index_.sessions, [&](const SessionRecord& session) {
          return session.is_connected && session.connect_end < i && session.close_begin >= i &&
                 session.first_failure >= i && session.invalidated >= i;
        }));
    return largest_size_ - std::min(fit, largest_size_);
  }

  /// Each operation with a role has a place while it is under way, the first that is free.
  void number_places() {
    std::vector<std::uint32_t> now;  // by place
    for (Mark& mark : marks_.list) {
      if (mark.operation == absent) continue;
      if (marks_.parts[mark.operation].role == Role::bystander) continue;
      const bool begins = mark.kind == Mark::Kind::call;
      const auto place = std::ranges::find(now, begins ? absent : mark.operation);
      mark.place = static_cast<std::uint32_t>(place - now.begin());
      if (place == now.end()) now.push_back(absent);
      now[mark.place] = begins ? mark.operation : absent;
    }
    list_under_way(now.size());
  }

  void list_under_way(std::size_t places) {
    marks_.places = places;
    marks_.under_way.reserve(places * marks_.list.size());
    std::vector<std::uint32_t> now(places, absent);
    for (const Mark& mark : marks_.list) {
      marks_.under_way.insert(marks_.under_way.end(), now.begin(), now.end());
      if (mark.place == absent) continue;
      now[mark.place] = mark.kind == Mark::Kind::call ? mark.operation : absent;
    }
  }

  const History& history_;
  const HistoryIndex& index_;
  const bool opens_elsewhere_;
  const std::uint64_t largest_size_;
  const std::vector<Doubt> doubts_;
  std::uint64_t held_ = 0;
  Marks marks_;
};

}  // namespace

Marks marks_in(const History& history, const HistoryIndex& index) {
  return MarkList(history, index).list();
}

}  // namespace poolproof::sim
