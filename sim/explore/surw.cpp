#include <poolproof/sim/explore/surw.h>

#include <bit>

namespace poolproof::sim {
namespace {

constexpr std::uint32_t objects_max = 12;  // those with low numbers are used by all
constexpr std::uint32_t longest_log2 = 6;  // of the steps of one task on one object

}  // namespace

void Surw::begin(std::uint64_t execution) {
  rng_ = Rng::stream(seed_, execution);
  timers_.draw(rng_);
  object_ = rng_.chance(1, 4) ? 0 : 1 + rng_.below(objects_max);
  for (std::uint32_t& left : left_)
    left = 1U << rng_.below(longest_log2 + 1);
  picked_ = no_task;
  in_a_row_ = 0;
}

bool Surw::matters(const Intent& intent) const noexcept {
  const bool is_of_tasks = intent.kind == IntentKind::spawn || intent.kind == IntentKind::join;
  return object_ == 0 || (intent.object == object_ && !is_of_tasks);
}

/// Whoever was picked is let go as soon as it takes a step that matters, which it has declared.
std::uint32_t Surw::choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::task) return answer_by_chance(point, rng_);
  if (point.has_timer && timers_.fires(rng_)) return point.timer_option();
  if (point.sleepers != 0 && rng_.chance(1, 16))
    return point.sleeper_option() + rng_.below(count(point.sleepers));
  if (point.runnable == 0) return rng_.below(point.options);
  const TaskId task = next(point);
  const auto index = static_cast<std::size_t>(task);
  const Intent& intent = point.intents[index];
  in_a_row_ = task == picked_ ? in_a_row_ + 1 : in_a_row_;
  const bool is_over = intent.kind == IntentKind::yield || in_a_row_ >= patience;
  if (matters(intent) || is_over) {
    if (left_[index] > 1) --left_[index];
    picked_ = no_task;
    in_a_row_ = 0;
  }
  return point.option_of(task);
}

/// The one that was picked, if it can go on; else one whose step matters to nobody; else another
/// is picked.
TaskId Surw::next(const ChoicePoint& point) noexcept {
  if (picked_ == no_task) picked_ = pick(point.runnable);
  if ((point.runnable & bit(picked_)) != 0) return picked_;
  TaskMask harmless = 0;
  for (TaskMask rest = point.runnable; rest != 0; rest &= rest - 1) {
    const auto task = static_cast<std::size_t>(std::countr_zero(rest));
    if (!matters(point.intents[task])) harmless |= rest & (~rest + 1);
  }
  if (harmless != 0) {
    std::uint32_t place = rng_.below(count(harmless));
    for (; place > 0; --place)
      harmless &= harmless - 1;
    return TaskId(static_cast<std::uint16_t>(std::countr_zero(harmless)));
  }
  picked_ = pick(point.runnable);
  in_a_row_ = 0;
  return picked_;
}

TaskId Surw::pick(TaskMask among) noexcept {
  std::uint32_t all = 0;
  for (TaskMask rest = among; rest != 0; rest &= rest - 1)
    all += left_[static_cast<std::size_t>(std::countr_zero(rest))];
  std::uint32_t place = rng_.below(all);
  for (TaskMask rest = among; rest != 0; rest &= rest - 1) {
    const auto task = static_cast<std::size_t>(std::countr_zero(rest));
    if (place < left_[task]) return TaskId(static_cast<std::uint16_t>(task));
    place -= left_[task];
  }
  return TaskId(static_cast<std::uint16_t>(std::countr_zero(among)));
}

}  // namespace poolproof::sim
