#include <poolproof/sim/explore/surw.h>

namespace poolproof::sim {
namespace {

constexpr std::uint32_t objects_drawn = 12;  // those with low numbers are used by all
constexpr std::uint32_t steps_max_log2 = 6;  // of the steps of one task on one object

}  // namespace

void Surw::begin(std::uint64_t execution) {
  rng_ = Rng::stream(seed_, execution);
  timers_.draw(rng_);
  object_ = rng_.chance(1, 4) ? 0 : 1 + rng_.below(objects_drawn);
  for (std::uint32_t& left : left_)
    left = 1U << rng_.below(steps_max_log2 + 1);
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
  if (!point.sleepers.is_empty() && rng_.chance(1, 16))
    return point.sleeper_option() + rng_.below(point.sleepers.count());
  if (point.runnable.is_empty()) return rng_.below(point.options);
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
  if (point.runnable.has(picked_)) return picked_;
  TaskSet harmless;
  for (const TaskId task : point.runnable)
    if (!matters(point.intents[static_cast<std::size_t>(task)])) harmless.add(task);
  if (!harmless.is_empty()) return harmless.nth(rng_.below(harmless.count()));
  picked_ = pick(point.runnable);
  in_a_row_ = 0;
  return picked_;
}

TaskId Surw::pick(const TaskSet& among) noexcept {
  std::uint32_t all = 0;
  for (const TaskId task : among)
    all += left_[static_cast<std::size_t>(task)];
  std::uint32_t place = rng_.below(all);
  for (const TaskId task : among) {
    const std::uint32_t left = left_[static_cast<std::size_t>(task)];
    if (place < left) return task;
    place -= left;
  }
  return among.lowest();
}

}  // namespace poolproof::sim
