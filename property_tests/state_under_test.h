#pragma once
// A PoolState, spoken to in the words of its model: slots are places in its table, decisions are
// Answers.

#include <deque>
#include <memory>
#include <source_location>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/pool/pool_state.h>
#include <poolproof/property_tests/pool_model.h>

namespace poolproof::property_tests {

class StateUnderTest {
 public:
  explicit StateUnderTest(const PoolConfig& config)
      : state_(config), round_(state_.begin_round()) {}

  /// A caller asks, and joins the queue if that is the answer and it waits.
  Answer request(Instant now, bool waits) {
    const Turn turn = state_.request(now, here_);
    if (turn.kind == Turn::Kind::wait && waits) state_.enqueue(waiters_.emplace_back());
    return told(turn);
  }
  void withdraw(int waiter) {
    state_.withdraw(waiters_[static_cast<std::size_t>(waiter)]);
    state_.count_timeout();
  }
  Answer ping_answered(std::size_t at, Instant now) {
    return told(state_.grant_checked(slot(at), now, here_, Duration::zero()));
  }
  Answer ping_failed(std::size_t at, std::string_view decision) {
    state_.check_failed(slot(at), lost_);
    return {decision, at};
  }
  Answer check_passed(std::size_t at, Instant now) {
    return told(state_.check_passed(slot(at), now), at);
  }
  Answer reopen(std::size_t at) { return told(state_.reopen(slot(at), Instant{})); }
  Answer opened(std::size_t at, Instant now) {
    const Fate fate = state_.opened(slot(at), now, here_, Duration::zero());
    return fate == Fate::keep ? Answer{"grant", at} : told(fate, at);
  }
  Answer opened_idle(std::size_t at, Instant now) {
    return told(state_.opened_idle(slot(at), now), at);
  }
  Answer open_failed(std::size_t at, DbErrorKind how) {
    state_.open_failed(slot(at), DbError{how, "as drawn"});
    return {"free", at};
  }
  void open_no_more() { round_.may_open = false; }
  void invalidate(std::size_t at) { slot(at).is_doomed = true; }
  Answer release(std::size_t at, Instant now, bool has_failed) {
    return told(state_.release(slot(at), now, has_failed ? &lost_ : nullptr), at);
  }
  Answer closed(std::size_t at) {
    state_.closed(slot(at));
    return {"free", at};
  }
  Answer due(Instant now) { return told(state_.due(now, round_)); }
  void begin_round() { round_ = state_.begin_round(); }
  Answer fill() {
    Slot* const slot = state_.reserve_for_floor(Instant{});
    return slot == nullptr ? Answer{"nothing"} : Answer{"open", place_of(*slot)};
  }
  Answer close() { return told(state_.close()); }
  Answer evict_all() { return told(state_.evict_all()); }
  Answer resize(SizeLimits limits) {
    const std::size_t missing = state_.slots_missing(limits.max_size);
    auto more = missing > 0 ? std::make_unique<SlotBlock>(missing) : nullptr;
    return told(state_.resize(limits, std::move(more)));
  }
  void leave_owner() { state_.leave_owner(); }

  /// Who was granted what since the last call, in order; each has woken up and taken it.
  std::vector<std::pair<int, Answer>> take_granted() {
    std::vector<std::pair<int, Answer>> granted;
    for (const Waiter* waiter = state_.take_granted(); waiter != nullptr; waiter = waiter->next)
      granted.emplace_back(number_of(*waiter), taken_by(*waiter));
    return granted;
  }

  [[nodiscard]] const PoolState& state() const { return state_; }
  [[nodiscard]] std::vector<Slot*> table() const {
    std::vector<Slot*> slots;
    for (Slot* slot = state_.begin_round().next; slot != nullptr; slot = slot->next_in_table)
      slots.push_back(slot);
    return slots;
  }

 private:
  Slot& slot(std::size_t at) const { return *table().at(at); }

  std::size_t place_of(const Slot& slot) const {
    const std::vector<Slot*> slots = table();
    return static_cast<std::size_t>(std::ranges::find(slots, &slot) - slots.begin());
  }

  int number_of(const Waiter& waiter) const {
    int number = 0;
    while (&waiters_.at(static_cast<std::size_t>(number)) != &waiter)
      ++number;
    return number;
  }

  Answer taken_by(const Waiter& waiter) {
    switch (waiter.grant) {
      case Grant::connection:
        return {"connection", place_of(*waiter.slot)};
      case Grant::free_slot:
        return {"slot", place_of(*waiter.slot)};
      case Grant::closed:
        state_.leave();  // Everybody who is refused while waiting is a guest.
        return {"closed"};
      case Grant::cancelled:
      case Grant::all_free:
      case Grant::nothing:
        break;
    }
    return {"nothing"};
  }

  Answer told(const Turn& turn) const {
    constexpr std::string_view words[]{"grant", "look",    "ping", "replace",
                                       "open",  "discard", "wait", "refuse"};
    return {words[static_cast<std::size_t>(turn.kind)],
            turn.slot == nullptr ? 0 : place_of(*turn.slot)};
  }
  static Answer told(Fate fate, std::size_t at) {
    constexpr std::string_view words[]{"keep", "hand off", "close"};
    return {words[static_cast<std::size_t>(fate)], at};
  }
  Answer told(const Job& job) const {
    constexpr std::string_view words[]{"nothing", "close", "ping", "open", "report"};
    return {words[static_cast<std::size_t>(job.kind)],
            job.slot == nullptr ? 0 : place_of(*job.slot)};
  }
  static Answer told(const Slot* chain) {
    std::size_t slots = 0;
    for (; chain != nullptr; chain = chain->next)
      ++slots;
    return {"close all", slots};
  }

  std::source_location here_ = std::source_location::current();
  DbError lost_{DbErrorKind::connection_lost, "lost, as drawn"};
  PoolState state_;
  Round round_;
  std::deque<Waiter> waiters_;  // whose addresses stay
};

}  // namespace poolproof::property_tests
