// PoolState against its model: after every operation and everything that the world can answer, the
// decision, what was granted to whom, all numbers and all slots are the same, and every invariant
// holds.
#include <array>
#include <ostream>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include <poolproof/property_tests/generators.h>
#include <poolproof/property_tests/state_under_test.h>

namespace poolproof {

void showValue(const PoolMetrics& metrics, std::ostream& out) {
  out << to_string(metrics) << " leases=" << metrics.leases << " connects=" << metrics.connects
      << " failed=" << metrics.connect_failures << " closes=" << metrics.closes
      << " releases=" << metrics.releases << " opening=" << metrics.opening;
}

namespace property_tests {

void showValue(const Answer& answer, std::ostream& out) {
  out << answer.decision << " " << answer.slot;
}

namespace {

using Command = rc::state::Command<PoolModel, StateUnderTest>;

/// What a step may need to know beside what the model knows.
struct Drawn {
  std::size_t at = 0;  ///< a slot in the stage that the step needs
  int waiter = 0;
  bool yes = false;
  bool is_rare = false;  ///< one in sixteen: a pool ends once
  Duration length{};
  SizeLimits sizes{};
};

/// One kind of step: what must be the case, and what both sides do.
struct Move {
  std::string_view name;
  std::optional<Stage> stage;  ///< of the slot that it is about
  bool (*is_possible)(const PoolModel& model, const Drawn& drawn);
  Answer (*expected)(PoolModel& model, const Drawn& drawn);
  Answer (*actual)(StateUnderTest& state, const Drawn& drawn, Instant now);
};

bool always(const PoolModel&, const Drawn&) {
  return true;
}

constexpr auto moves = std::to_array<Move>({
    {"a caller asks",
     {},
     [](const PoolModel& m, const Drawn&) { return m.is_owned; },
     [](PoolModel& m, const Drawn& d) { return m.request(d.yes); },
     [](StateUnderTest& s, const Drawn& d, Instant now) { return s.request(now, d.yes); }},
    {"a waiter gives up",
     {},
     [](const PoolModel& m, const Drawn& d) { return std::ranges::count(m.queue, d.waiter) == 1; },
     [](PoolModel& m, const Drawn& d) {
       std::erase(m.queue, d.waiter);
       return ++m.counts.timeouts, Answer{"left"};
     },
     [](StateUnderTest& s, const Drawn& d, Instant) {
       return s.withdraw(d.waiter), Answer{"left"};
     }},
    {"a caller's ping is answered", Stage::pinged, &always,
     [](PoolModel& m, const Drawn& d) { return m.ping_answered(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant now) { return s.ping_answered(d.at, now); }},
    {"a caller's ping fails", Stage::pinged, &always,
     [](PoolModel& m, const Drawn& d) { return m.give_up(d.at, Stage::replaced); },
     [](StateUnderTest& s, const Drawn& d, Instant) { return s.ping_failed(d.at, "replace"); }},
    {"what a caller replaces is closed", Stage::replaced, &always,
     [](PoolModel& m, const Drawn& d) { return m.reopen(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant) { return s.reopen(d.at); }},
    {"a caller's connect succeeds", Stage::opening, &always,
     [](PoolModel& m, const Drawn& d) { return m.opened(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant now) { return s.opened(d.at, now); }},
    {"a caller's connect fails", Stage::opening, &always,
     [](PoolModel& m, const Drawn& d) { return m.open_failed(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant) {
       return s.open_failed(d.at, DbErrorKind::connection_failed);
     }},
    {"a caller's connect throws", Stage::opening, &always,
     [](PoolModel& m, const Drawn& d) { return m.open_failed(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant) {
       return s.open_failed(d.at, DbErrorKind::exception);
     }},
    {"the pool's own connect succeeds", Stage::opening_idle, &always,
     [](PoolModel& m, const Drawn& d) { return m.opened(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant now) { return s.opened_idle(d.at, now); }},
    {"the pool's own connect fails", Stage::opening_idle, &always,
     [](PoolModel& m, const Drawn& d) { return m.open_failed(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant) {
       s.open_no_more();
       return s.open_failed(d.at, DbErrorKind::timed_out);
     }},
    {"a holder invalidates", Stage::leased, &always,
     [](PoolModel& m, const Drawn& d) { return m.slots[d.at].is_doomed = true, Answer{"noted"}; },
     [](StateUnderTest& s, const Drawn& d, Instant) {
       return s.invalidate(d.at), Answer{"noted"};
     }},
    {"a lease ends", Stage::leased, &always,
     [](PoolModel& m, const Drawn& d) { return m.release(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant now) { return s.release(d.at, now, false); }},
    {"a lease ends with a failed reset", Stage::leased, &always,
     [](PoolModel& m, const Drawn& d) {
       m.slots[d.at].is_doomed = true;
       return m.release(d.at);
     },
     [](StateUnderTest& s, const Drawn& d, Instant now) { return s.release(d.at, now, true); }},
    {"a check passes", Stage::checked, &always,
     [](PoolModel& m, const Drawn& d) { return m.settle(d.at, m.slots[d.at].last_used); },
     [](StateUnderTest& s, const Drawn& d, Instant now) { return s.check_passed(d.at, now); }},
    {"a check fails", Stage::checked, &always,
     [](PoolModel& m, const Drawn& d) { return m.give_up(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant) { return s.ping_failed(d.at, "close"); }},
    {"a close returns", Stage::closing, &always,
     [](PoolModel& m, const Drawn& d) { return m.closed(d.at); },
     [](StateUnderTest& s, const Drawn& d, Instant) { return s.closed(d.at); }},
    {"the health check goes on",
     {},
     &always,
     [](PoolModel& m, const Drawn&) {
       const Answer answer = m.due();
       if (answer.decision == "nothing") m.round = 0, m.may_open = true;
       return answer;
     },
     [](StateUnderTest& s, const Drawn&, Instant now) {
       const Answer answer = s.due(now);
       if (answer.decision == "nothing") s.begin_round();
       return answer;
     }},
    {"the pool is filled up",
     {},
     &always,
     [](PoolModel& m, const Drawn&) { return m.fill(); },
     [](StateUnderTest& s, const Drawn&, Instant) { return s.fill(); }},
    {"time passes",
     {},
     &always,
     [](PoolModel& m, const Drawn& d) { return m.now += d.length, Answer{"later"}; },
     [](StateUnderTest&, const Drawn&, Instant) { return Answer{"later"}; }},
    {"everything is evicted",
     {},
     &always,
     [](PoolModel& m, const Drawn&) { return m.evict_all(); },
     [](StateUnderTest& s, const Drawn&, Instant) { return s.evict_all(); }},
    {"the pool is resized",
     {},
     &always,
     [](PoolModel& m, const Drawn& d) { return m.resize(d.sizes.min_size, d.sizes.max_size); },
     [](StateUnderTest& s, const Drawn& d, Instant) { return s.resize(d.sizes); }},
    {"the pool is closed",
     {},
     [](const PoolModel&, const Drawn& d) { return d.is_rare; },
     [](PoolModel& m, const Drawn&) { return m.close(); },
     [](StateUnderTest& s, const Drawn&, Instant) { return s.close(); }},
    {"the pool is destroyed",
     {},
     [](const PoolModel& m, const Drawn& d) { return d.is_rare && m.is_owned; },
     [](PoolModel& m, const Drawn&) { return m.is_owned = false, m.close(); },
     [](StateUnderTest& s, const Drawn&, Instant) {
       const Answer answer = s.close();
       s.leave_owner();
       return answer;
     }},
});

PoolMetrics metrics_of(const PoolModel& model) {
  PoolMetrics metrics = model.counts;
  metrics.idle = model.count({Stage::idle});
  metrics.in_use = model.count({Stage::leased, Stage::pinged, Stage::checked});
  metrics.invalid = model.count({Stage::replaced, Stage::closing});
  metrics.total = metrics.idle + metrics.in_use + metrics.invalid;
  metrics.opening = model.count({Stage::opening, Stage::opening_idle});
  metrics.leases = model.count({Stage::leased});
  metrics.waiting = model.queue.size();
  return metrics;
}

void compare_slots(const PoolModel& model, const StateUnderTest& state) {
  const std::vector<Slot*> table = state.table();
  RC_ASSERT(table.size() == model.slots.size());
  for (std::size_t at = 0; at < table.size(); ++at) {
    const TableSlot& expected = model.slots[at];
    const Slot& slot = *table[at];
    const bool is_leased = expected.stage == Stage::leased;
    RC_ASSERT((slot.stage == SlotStage::free) == (expected.stage == Stage::free));
    if (slot.stage == SlotStage::free) continue;
    RC_ASSERT((slot.holder == Holder::lease) == is_leased);
    RC_ASSERT((slot.stage == SlotStage::open && slot.state == ConnectionState::idle) ==
              (expected.stage == Stage::idle));
    RC_ASSERT(slot.generation == expected.generation);
    if (slot.stage != SlotStage::open) continue;
    RC_ASSERT(slot.is_doomed == expected.is_doomed);
    RC_ASSERT(slot.opened_at == expected.opened_at);
    RC_ASSERT(slot.use_count == expected.uses);
    if (is_leased) RC_ASSERT(slot.taken_at == expected.taken_at);
  }
}

/// The oldest lease is the one that an error tells of.
void compare_oldest_lease(const PoolModel& model, const PoolState& state) {
  const TableSlot* oldest = nullptr;
  for (const TableSlot& slot : model.slots) {
    if (slot.stage != Stage::leased) continue;
    if (oldest == nullptr || slot.lease < oldest->lease) oldest = &slot;
  }
  const AcquireError error = state.describe(AcquireErrorKind::exhausted, model.now);
  RC_ASSERT(error.max_size == model.config.max_size);
  RC_ASSERT(error.oldest_lease_age ==
            (oldest == nullptr ? Duration{} : model.now - oldest->taken_at));
}

/// What the first lines of pool_state.h promise, whatever the model says.
void check_invariants(const StateUnderTest& under_test) {
  const PoolState& state = under_test.state();
  const PoolMetrics metrics = state.metrics();
  const bool has_slot_free = std::ranges::any_of(
      under_test.table(), [](const Slot* slot) { return slot->stage == SlotStage::free; });
  RC_ASSERT(metrics.waiting == 0U || metrics.idle == 0U);
  RC_ASSERT(metrics.total == metrics.idle + metrics.in_use + metrics.invalid);
  RC_ASSERT(metrics.total + metrics.opening == state.occupied());
  RC_ASSERT(metrics.acquires - metrics.releases == metrics.leases);
  RC_ASSERT(metrics.leases <= metrics.in_use);
  RC_ASSERT(metrics.connects - metrics.closes == metrics.total);
  RC_ASSERT(metrics.waits.count() == metrics.acquires);
  if (state.is_closed()) RC_ASSERT(metrics.waiting + metrics.idle == 0U);
  if (!has_slot_free) RC_ASSERT(state.occupied() == under_test.table().size());
}

void compare(const PoolModel& model, const StateUnderTest& under_test) {
  const PoolState& state = under_test.state();
  PoolMetrics actual = state.metrics();
  actual.waits = {};
  RC_ASSERT(actual == metrics_of(model));
  RC_ASSERT(state.is_closed() == model.is_closed);
  RC_ASSERT(state.is_forsaken() == (!model.is_owned && model.occupied() == 0));
  compare_oldest_lease(model, state);
  if (!model.queue.empty()) RC_ASSERT(model.occupied() >= model.config.max_size);
  compare_slots(model, under_test);
}

class Play final : public Command {
 public:
  Play(const Move& move, const Drawn& drawn) : move_(move), drawn_(drawn) {}

  void checkPreconditions(const PoolModel& model) const override {
    if (move_.stage) {
      RC_PRE(drawn_.at < model.slots.size());
      RC_PRE(model.slots[drawn_.at].stage == *move_.stage);
    }
    RC_PRE(move_.is_possible(model, drawn_));
  }

  void apply(PoolModel& model) const override {
    model.granted.clear();
    static_cast<void>(move_.expected(model, drawn_));
  }

  void run(const PoolModel& before, StateUnderTest& state) const override {
    PoolModel model = before;
    model.granted.clear();
    const Answer expected = move_.expected(model, drawn_);
    const Answer actual = move_.actual(state, drawn_, model.now);
    RC_ASSERT(actual == expected);
    RC_ASSERT(state.take_granted() == model.granted);
    check_invariants(state);
    compare(model, state);
  }

  void show(std::ostream& out) const override {
    out << move_.name;
    if (move_.stage) out << ", slot " << drawn_.at;
    out << " (waiter " << drawn_.waiter << ", " << (drawn_.yes ? "yes" : "no") << ", "
        << drawn_.length.count() << " ns, " << drawn_.sizes.min_size << " to "
        << drawn_.sizes.max_size << ")";
  }

 private:
  const Move& move_;
  Drawn drawn_;
};

/// The moves for which there is a slot.
std::vector<const Move*> possible(const PoolModel& model) {
  std::vector<const Move*> found;
  for (const Move& move : moves)
    if (!move.stage || model.count({*move.stage}) > 0) found.push_back(&move);
  return found;
}

std::size_t any_slot_in(Stage stage, const PoolModel& model) {
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < model.slots.size(); ++at)
    if (model.slots[at].stage == stage) places.push_back(at);
  return *rc::gen::elementOf(places);
}

rc::Gen<std::shared_ptr<const Command>> any_move(const PoolModel& model) {
  return rc::gen::exec([model]() -> std::shared_ptr<const Command> {
    const Move& move = **rc::gen::elementOf(possible(model));
    Drawn drawn;
    if (move.stage) drawn.at = any_slot_in(*move.stage, model);
    if (!model.queue.empty()) drawn.waiter = *rc::gen::elementOf(model.queue);
    drawn.yes = *rc::gen::inRange(0, 4) != 0;
    drawn.is_rare = *rc::gen::inRange(0, 16) == 0;
    drawn.length = Duration(*rc::gen::inRange(0, 40));
    drawn.sizes.max_size = *rc::gen::inRange<std::size_t>(1, 6);
    drawn.sizes.min_size = *rc::gen::inRange<std::size_t>(0, drawn.sizes.max_size + 1);
    return std::make_shared<Play>(move, drawn);
  });
}

/// Knobs of a few nanoseconds: lifetimes so short have no jitter.
PoolConfig any_config() {
  const auto knob = [] { return Duration(*rc::gen::element(0, 0, 1, 10, 30, 100)); };
  PoolConfig config;
  config.max_size = *rc::gen::inRange<std::size_t>(1, 5);
  config.min_size = *rc::gen::inRange<std::size_t>(0, config.max_size + 1);
  config.idle_timeout = knob();
  config.max_lifetime = knob();
  config.validate_after_idle = knob();
  config.leak_threshold = knob();
  return config;
}

RC_GTEST_PROP(PoolState, DecidesAsItsModelDoes, ()) {
  const PoolConfig config = any_config();
  StateUnderTest state(config);
  rc::state::check(PoolModel(config), state, &any_move);
}

}  // namespace
}  // namespace property_tests
}  // namespace poolproof
