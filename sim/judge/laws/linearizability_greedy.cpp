// The order that nearly every history of a right pool has.
#include <algorithm>
#include <array>
#include <span>

#include <poolproof/sim/judge/laws/linearizability_search.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// More operations under way at once are left to the search, which cannot follow them either.
constexpr std::size_t under_way_max = followed_max;

class ObviousOrder {
 public:
  ObviousOrder(const History& history, const HistoryIndex& index)
      : history_(history),
        index_(index),
        has_order_(is_order_judged(history)),
        model_{.max_size = history.config.max_size} {}

  bool exists() {
    const auto size = static_cast<EventIndex>(history_.events.size());
    for (EventIndex i = 0; i < size; ++i) {
      const Event& event = history_.events[i];
      if (event.kind == EventKind::call) {
        if (!on_call(index_.operation_at[i])) return false;
      } else if (event.kind == EventKind::ret && index_.operation_at[i] != absent) {
        if (!on_return(index_.operation_at[i], event.at)) return false;
      }
    }
    return true;
  }

 private:
  struct Open {
    std::uint32_t operation = absent;
    Part part;
    bool is_done = false;
  };

  std::span<Open> open() { return {open_.data(), open_count_}; }
  const OperationRecord& record(const Open& open) const {
    return index_.operations[open.operation];
  }

  bool on_call(std::uint32_t number) {
    const Part part = part_of(history_, index_, index_.operations[number]);
    if (part.role == Role::unexplained) return false;
    if (part.role == Role::bystander && part.may_hold == 0) return true;
    if (open_count_ == open_.size()) return false;
    Open& opened = open_[open_count_++];
    opened = {.operation = number, .part = part};
    held_ += part.may_hold;
    if (part.role == Role::refusal || part.role == Role::told_closed) ++looking_;
    look();
    return true;
  }

  bool on_return(std::uint32_t number, Instant at) {
    const auto opened = std::ranges::find(open(), number, &Open::operation);
    if (opened == open().end()) return true;
    if (!opened->is_done && !opened->part.is_optional && !finish(*opened, at)) return false;
    if (!opened->part.keeps) held_ -= opened->part.may_hold;
    *opened = open_[--open_count_];
    look();
    return true;
  }

  bool finish(Open& open, Instant at) {
    switch (open.part.role) {
      case Role::take:
        return take_with_room(open, at);
      case Role::refusal:
        take_all(at);
        return open.is_done;
      case Role::told_closed:
        close_any(at);
        return open.is_done;
      case Role::close:
        take_all(at);
        return close(open);
      case Role::give:
        return give(open);
      case Role::resize:
        model_.max_size = history_.events[record(open).call].max_size;
        return done(open);
      case Role::bystander:
      case Role::unexplained:
        break;
    }
    return true;
  }

  bool take(Open& open, Instant at) {
    if (!model_.can_take() || !may_go(open, at)) return false;
    ++model_.out;
    return done(open);
  }

  bool take_with_room(Open& open, Instant at) {
    while (!take(open, at)) {
      if (!may_go(open, at) ? !take_next_sleeper(open, at) : !give_any()) return false;
    }
    return true;
  }

  /// Whether nobody who slept before it was called must go first.
  bool may_go(const Open& open, Instant at) {
    if (!has_order_) return true;
    return std::ranges::none_of(this->open(), [&](const Open& other) {
      if (!other.is_done && goes_first(record(other), record(open))) return true;
      return at < earliest_after(history_, record(other), record(open));
    });
  }

  bool take_next_sleeper(const Open& newcomer, Instant at) {
    for (Open& other : open()) {
      if (other.is_done || !goes_first(record(other), record(newcomer))) continue;
      if (take(other, at)) return true;
      if (give_any()) return take(other, at);
    }
    return false;
  }

  void take_all(Instant at) {
    for (Open& other : open()) {
      if (other.part.role == Role::take && !other.is_done) static_cast<void>(take(other, at));
    }
  }

  bool give_any() {
    const auto giver = std::ranges::find_if(
        open(), [](const Open& other) { return other.part.role == Role::give && !other.is_done; });
    return giver != open().end() && give(*giver);
  }
  bool give(Open& open) {
    --model_.out;
    return done(open);
  }

  void close_any(Instant at) {
    const auto closer = std::ranges::find_if(open(), [](const Open& other) {
      return other.part.role == Role::close && !other.is_done;
    });
    if (closer == open().end()) return;
    take_all(at);
    close(*closer);
  }
  bool close(Open& open) {
    model_.is_closed = true;
    return done(open);
  }

  bool done(Open& open) {
    open.is_done = true;
    look();
    return true;
  }

  /// Who only looks at the model may do so as soon as it fits: that is in nobody's way.
  void look() {
    if (looking_ == 0) return;
    const bool can_refuse = model_.can_refuse(held_);
    if (!can_refuse && !model_.is_closed) return;
    for (Open& other : open()) {
      const bool is_served = (other.part.role == Role::refusal && can_refuse) ||
                             (other.part.role == Role::told_closed && model_.is_closed);
      if (other.is_done || !is_served) continue;
      other.is_done = true;
      --looking_;
    }
  }

  const History& history_;
  const HistoryIndex& index_;
  const bool has_order_;
  PoolModel model_;
  std::uint64_t held_ = 0;
  std::uint32_t looking_ = 0;  // refusals and told_closed that are not done
  std::size_t open_count_ = 0;
  std::array<Open, under_way_max> open_;
};

}  // namespace

bool has_obvious_order(const History& history, const HistoryIndex& index) {
  return ObviousOrder(history, index).exists();
}

}  // namespace poolproof::sim
