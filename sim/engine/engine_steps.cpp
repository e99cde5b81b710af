// What a step seldom needs: whoever is in a hurry comes to none of it.

#include <poolproof/sim/engine/engine.h>

#include <algorithm>

#include <poolproof/mocks/allocation_faults.h>

namespace poolproof::sim {

void Engine::tell_step(Actor actor, const Task& task, Intent intent) noexcept {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  step_listener_->on_step(actor, task.id, intent);
}

void Engine::tell_step_done() noexcept {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  // Which allocation fails depends on all that were made before.
  if (counts_allocations_) notes_ |= step_note::everything;
  step_listener_->on_step_done(notes_, mutex_given_);
  notes_ = 0;
  mutex_given_ = 0;
}

void Engine::name_task(TaskId task, std::string_view name) {
  const mocks::AllocationFaults::Pause pause;
  tasks_[static_cast<std::size_t>(task)].name.assign(name);
}

void Engine::tell_woken(const Task& task) noexcept {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  step_listener_->on_woken(task.id);
}

void Engine::tell_stalled() noexcept {
  const bool is_deadlock = timed_.is_empty();
  const Instant next = is_deadlock ? now_ : next_timed().deadline;
  listener_->on_stalled(is_deadlock, std::max(next - now_, Duration::zero()));
}

void Engine::tell_deadlock() noexcept {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  step_listener_->on_deadlock(intents_.data(), alive_);
}

// A step of the engine's own, as if it were a task's that does the same to what `task` waits on.
void Engine::tell_engine_step(Actor actor, const Task& task) noexcept {
  Intent intent{IntentKind::sleep, 0};
  if (task.waits_on != nullptr) intent = {IntentKind::notify_one, task.waits_on->id};
  if (task.wants != nullptr) intent = intents_[static_cast<std::size_t>(task.id)];
  tell_step(actor, task, intent);
  notes_ |= step_note::wakes;
}

void Engine::refuse(const ChoicePoint& point) noexcept {
  const EngineSection section;
  end(Ending::diverged, "choice " + std::to_string(schedule_.size() + 1) + ": no answer among " +
                            std::to_string(point.options) + " options for " +
                            std::string(to_string(point.kind)));
}

void Engine::grow_schedule() noexcept {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  schedule_.reserve(2 * schedule_.size() + 64);
}

void Engine::tell_taken(const Task& task) noexcept {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  step_witness_->on_taken(task.id, intents_[static_cast<std::size_t>(task.id)], now_);
}

// What a strategy allocates is not the pool's, on whose stack it does so.
std::uint32_t Engine::choose_uncounted(const ChoicePoint& point) noexcept {
  const mocks::AllocationFaults::Pause pause;
  return strategy_->choose(point);
}

// Each task comes back to its own switch.
void Engine::switch_uncounted(Task& from, Task& to) noexcept {
  const mocks::AllocationFaults::Pause pause;
  Fiber::switch_between(from.fiber, to.fiber);
}

}  // namespace poolproof::sim
