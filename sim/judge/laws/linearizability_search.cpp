#include <poolproof/sim/judge/laws/linearizability_search.h>

#include <algorithm>
#include <span>

#include <poolproof/sim/judge/laws/linearizability_marks.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// How far an attempt has come: what lies before a mark has happened, and of the operations under
/// way these have taken effect.
struct Configuration {
  std::uint32_t mark = 0;
  std::uint64_t done = 0;  ///< by place
  PoolModel model;
  friend bool operator==(const Configuration&, const Configuration&) = default;
};

/// What was tried.
class Tried {
 public:
  /// Whether it is new.
  bool add(const Configuration& tried) {
    if (2 * (tried_.size() + 1) > table_.size()) grow();
    std::uint32_t& place = find(tried);
    if (place != 0) return false;
    tried_.push_back(tried);
    place = static_cast<std::uint32_t>(tried_.size());
    return true;
  }

  [[nodiscard]] std::size_t size() const noexcept { return tried_.size(); }

 private:
  std::uint32_t& find(const Configuration& key) {
    const std::uint64_t numbers = (key.model.max_size << 40U) ^ (key.model.out << 20U) ^ key.mark;
    std::uint64_t hash = key.done * 0x9e37'79b9'7f4a'7c15U + numbers;
    hash = (hash ^ (hash >> 29U)) * 0xbf58'476d'1ce4'e5b9U;
    std::size_t at = static_cast<std::size_t>(hash >> 32U) & (table_.size() - 1);
    while (table_[at] != 0 && tried_[table_[at] - 1] != key)
      at = (at + 1) & (table_.size() - 1);
    return table_[at];
  }

  void grow() {
    table_.assign(std::max<std::size_t>(256, table_.size() * 2), 0);
    for (std::uint32_t t = 0; t < tried_.size(); ++t)
      find(tried_[t]) = t + 1;
  }

  std::vector<Configuration> tried_;
  std::vector<std::uint32_t> table_;  // 1 + index into tried_; 0: free. A power of two.
};

class OrderSearch {
 public:
  OrderSearch(const History& history, const HistoryIndex& index, const Marks& marks,
              std::size_t tries_max)
      : history_(history),
        index_(index),
        marks_(marks),
        tries_max_(tries_max),
        has_order_(is_order_judged(history)) {}

  Linearization run() {
    using Verdict = Linearization::Verdict;
    add({.mark = 0, .done = 0, .model = {.max_size = history_.config.max_size}});
    while (!ahead_.empty()) {
      if (tried_.size() > tries_max_) return {Verdict::unknown, absent};
      const Configuration now = ahead_.back();
      ahead_.pop_back();
      if (now.mark == marks_.list.size()) return {Verdict::legal, absent};
      go_on(now);
    }
    return {Verdict::illegal, marks_.list[deepest_].operation};
  }

 private:
  void add(const Configuration& next) {
    Configuration looked = next;
    look(looked);
    if (tried_.add(looked)) ahead_.push_back(looked);
  }

  std::span<const std::uint32_t> under_way(std::uint32_t mark) const {
    return std::span(marks_.under_way).subspan(std::size_t{mark} * marks_.places, marks_.places);
  }

  /// Who only looks at the model does so as soon as it fits: that is in nobody's way.
  void look(Configuration& now) const {
    if (now.mark == marks_.list.size()) return;
    const auto places = under_way(now.mark);
    const std::uint64_t held = marks_.list[now.mark].held + closing(now, places);
    const bool can_refuse = now.model.can_refuse(held);
    if (!can_refuse && !now.model.is_closed) return;
    for (std::size_t p = 0; p < places.size(); ++p) {
      if (places[p] == absent) continue;
      const Role role = marks_.parts[places[p]].role;
      const bool fits =
          role == Role::refusal ? can_refuse : role == Role::told_closed && now.model.is_closed;
      if (fits) now.done |= std::uint64_t{1} << p;
    }
  }

  /// Slots of leases that have ended, whose sessions are being closed.
  std::uint64_t closing(const Configuration& now, std::span<const std::uint32_t> places) const {
    std::uint64_t count = 0;
    for (std::size_t p = 0; p < places.size(); ++p) {
      const bool is_done = ((now.done >> p) & 1U) != 0;
      if (places[p] != absent && is_done && marks_.parts[places[p]].closes) ++count;
    }
    return count;
  }

  void go_on(const Configuration& now) {
    const Mark& mark = marks_.list[now.mark];
    // Whatever happens before a call may as well happen after it.
    if (mark.kind != Mark::Kind::call) {
      const auto places = under_way(now.mark);
      for (std::size_t p = places.size(); p-- > 0;) {
        if (places[p] != absent && ((now.done >> p) & 1U) == 0) take_effect(now, places[p], p);
      }
    }
    if (may_pass(now, mark)) {
      Configuration next = now;
      ++next.mark;
      if (mark.place != absent) next.done &= ~(std::uint64_t{1} << mark.place);
      add(next);
    } else {
      deepest_ = std::max(deepest_, now.mark);
    }
  }

  bool may_pass(const Configuration& now, const Mark& mark) const {
    if (mark.kind != Mark::Kind::ret || mark.place == absent) return true;
    return ((now.done >> mark.place) & 1U) != 0 || marks_.parts[mark.operation].is_optional;
  }

  void take_effect(const Configuration& now, std::uint32_t operation, std::size_t place) {
    Configuration next = now;
    next.done |= std::uint64_t{1} << place;
    switch (marks_.parts[operation].role) {
      case Role::take:
        if (!now.model.can_take() || !may_go(now, operation)) return;
        ++next.model.out;
        break;
      case Role::give:
        --next.model.out;
        break;
      case Role::close:
        next.model.is_closed = true;
        break;
      case Role::resize:
        next.model.max_size = history_.events[index_.operations[operation].call].max_size;
        break;
      case Role::bystander:
      case Role::refusal:
      case Role::told_closed:
      case Role::unexplained:
        return;
    }
    add(next);
  }

  /// Whether nobody who slept before `operation` was called must go first.
  bool may_go(const Configuration& now, std::uint32_t operation) const {
    if (!has_order_) return true;
    const OperationRecord& newcomer = index_.operations[operation];
    const Instant at = instant(history_, marks_.list[now.mark].event);
    const auto places = under_way(now.mark);
    for (std::size_t p = 0; p < places.size(); ++p) {
      if (places[p] == absent) continue;
      const OperationRecord& other = index_.operations[places[p]];
      if (((now.done >> p) & 1U) == 0 && goes_first(other, newcomer)) return false;
      if (at < earliest_after(history_, other, newcomer)) return false;
    }
    return true;
  }

  const History& history_;
  const HistoryIndex& index_;
  const Marks& marks_;
  const std::size_t tries_max_;
  const bool has_order_;
  Tried tried_;
  std::vector<Configuration> ahead_;
  std::uint32_t deepest_ = 0;
};

}  // namespace

bool is_order_judged(const History& history) noexcept {
  return history.virtual_time && history.capabilities.order.kind == Order::Kind::fifo;
}

bool goes_first(const OperationRecord& sleeper, const OperationRecord& other) noexcept {
  return sleeper.parked < other.call && has_queued(sleeper) && sleeper.outcome == Outcome::ok &&
         sleeper.lease != absent;
}

Instant earliest_after(const History& history, const OperationRecord& sleeper,
                       const OperationRecord& other) noexcept {
  const bool waits = sleeper.parked < other.call && has_queued(sleeper) &&
                     sleeper.outcome == Outcome::timed_out && sleeper.ret != absent;
  // One that gave up early is L7's to tell.
  if (!waits || sleeper.returned_at < deadline(sleeper)) return Instant::min();
  return deadline(sleeper) - slack(history);
}

Linearization find_order(const History& history, const HistoryIndex& index,
                         std::size_t tries_max) {
  const Marks marks = marks_in(history, index);
  if (marks.places > followed_max) return {Linearization::Verdict::unknown, absent};
  return OrderSearch(history, index, marks, tries_max).run();
}

}  // namespace poolproof::sim
