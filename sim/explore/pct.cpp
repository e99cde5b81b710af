#include <poolproof/sim/explore/pct.h>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/explore/by_chance.h>

namespace poolproof::sim {
namespace {

constexpr std::uint32_t shortest_log2 = 3;
constexpr std::uint32_t longest_log2 = 10;
constexpr std::uint32_t length_max = 1U << longest_log2;

}  // namespace

Pct::Pct(std::uint64_t seed, std::uint32_t depth_max)
    : seed_(seed), depth_max_(depth_max), rng_(seed) {
  ensure(depth_max >= 1);
  ensure(depth_max <= depth_limit);
}

void Pct::begin(std::uint64_t execution) {
  rng_ = Rng::stream(seed_, execution);
  for (Priority& priority : priorities_)
    priority = fresh_priority();
  const std::uint32_t depth = 1 + rng_.below(depth_max_);
  const std::uint32_t length =
      1U << (shortest_log2 + rng_.below(longest_log2 - shortest_log2 + 1));
  changes_count_ = depth - 1;
  for (std::uint32_t i = 0; i < changes_count_; ++i)
    changes_[i] = {.at = 1 + rng_.below(length), .priority = Priority{i} + 1};
  choices_ = 0;
  lowest_ = 0;
  chosen_last_ = spurious_wakeup;
  chosen_in_a_row_ = 0;
  timers_fired_ = 0;
}

std::uint32_t Pct::choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::task) return answer_by_chance(point, rng_);
  if (point.last != no_task) {
    const auto last = static_cast<std::size_t>(point.last);
    if (point.intents[last].kind == IntentKind::yield) lower(last);
  }
  ++choices_;
  apply_changes(point);
  const std::size_t who = highest(point);
  note_choice(who);
  return option_of(who, point);
}

Pct::Priority Pct::fresh_priority() noexcept {
  return static_cast<Priority>(rng_.next() >> 2U) + depth_limit;
}

std::size_t Pct::highest(const ChoicePoint& point) const noexcept {
  std::size_t best = point.has_timer ? timer : spurious_wakeup;
  if (!point.sleepers.is_empty() && priorities_[spurious_wakeup] > priorities_[best])
    best = spurious_wakeup;
  bool is_known = point.has_timer || !point.sleepers.is_empty();
  for (const TaskId id : point.runnable) {
    const auto task = static_cast<std::size_t>(id);
    if (is_known && priorities_[task] < priorities_[best]) continue;
    best = task;
    is_known = true;
  }
  return best;
}

void Pct::apply_changes(const ChoicePoint& point) noexcept {
  for (std::uint32_t i = 0; i < changes_count_; ++i) {
    if (changes_[i].at == choices_) priorities_[highest(point)] = changes_[i].priority;
  }
}

void Pct::note_choice(std::size_t who) noexcept {
  chosen_in_a_row_ = who == chosen_last_ ? chosen_in_a_row_ + 1 : 1;
  chosen_last_ = who;
  if (who >= tasks_max) {
    priorities_[who] = fresh_priority();
    if (who == timer && ++timers_fired_ >= timers_max) lower(timer);
  } else if (chosen_in_a_row_ >= patience || (choices_ > length_max && choices_ % patience == 0)) {
    chosen_in_a_row_ = 0;
    lower(who);
  }
}

std::uint32_t Pct::option_of(std::size_t who, const ChoicePoint& point) noexcept {
  if (who < tasks_max) return point.option_of(TaskId(static_cast<std::uint16_t>(who)));
  if (who == timer) return point.timer_option();
  return point.sleeper_option() + rng_.below(point.sleepers.count());
}

}  // namespace poolproof::sim
