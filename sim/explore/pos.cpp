#include <poolproof/sim/explore/pos.h>

namespace poolproof::sim {
namespace {

/// Whether the object of such an intent is one that others may want too. Those of spawn and join
/// are tasks.
bool has_shared_object(const Intent& intent) noexcept {
  return intent.object != 0 && intent.kind != IntentKind::spawn && intent.kind != IntentKind::join;
}

bool may_race(const Intent& a, const Intent& b) noexcept {
  if (!has_shared_object(a) || !has_shared_object(b) || a.object != b.object) return false;
  return a.kind != IntentKind::load || b.kind != IntentKind::load;
}

}  // namespace

void Pos::begin(std::uint64_t execution) {
  rng_ = Rng::stream(seed_, execution);
  timers_.draw(rng_);
  drawn_.clear();
  draw(spurious_wakeup);
  chosen_ = no_task;
}

std::uint32_t Pos::choose(const ChoicePoint& point) {
  if (point.kind != ChoiceKind::task) return answer_by_chance(point, rng_);
  redraw_where_news(point);
  if (point.has_timer && timers_.fires(rng_)) return point.timer_option();
  std::size_t best = spurious_wakeup;
  bool is_known = !point.sleepers.is_empty();
  for (const TaskId id : point.runnable) {
    const auto task = static_cast<std::size_t>(id);
    if (is_known && priorities_[task] < priorities_[best]) continue;
    best = task;
    is_known = true;
  }
  if (best == spurious_wakeup) {
    draw(spurious_wakeup);
    return point.timer_option() + (point.has_timer ? 1U : 0U) + rng_.below(point.sleepers.count());
  }
  redraw_racing(point.runnable, point.intents, best);
  chosen_ = TaskId(static_cast<std::uint16_t>(best));
  drawn_.remove(chosen_);
  return point.option_of(chosen_);
}

// A task that has run is at another event now. The engine does not ask where only one can run, so
// that may be another task than the one chosen last.
void Pos::redraw_where_news(const ChoicePoint& point) noexcept {
  if (point.last != no_task && point.last != chosen_) drawn_.remove(point.last);
  chosen_ = point.last;  // Drawn below; a second question about the same events changes nothing.
  for (const TaskId task : point.runnable - drawn_)
    draw(static_cast<std::size_t>(task));
  drawn_ |= point.runnable;
}

void Pos::redraw_racing(const TaskSet& runnable, const Intent* intents,
                        std::size_t chosen) noexcept {
  for (const TaskId id : runnable) {
    const auto task = static_cast<std::size_t>(id);
    if (task != chosen && may_race(intents[task], intents[chosen])) draw(task);
  }
}

}  // namespace poolproof::sim
