#include <poolproof/sim/scenario/real_recorder.h>

#include <atomic>

namespace poolproof::sim {
namespace {

/// Which task this OS thread is, and in which run. Threads of a pool's own may live through
/// several.
struct Identity {
  const RealRecorder* recorder = nullptr;
  std::uint64_t run = 0;
  TaskId task = no_task;
  Rng rng{0};
};

thread_local Identity identity;
std::atomic<std::uint64_t> runs{0};

constexpr std::uint32_t delay_max_us = 200;

}  // namespace

RealRecorder::RealRecorder(History& history, ThreadClock& clock, std::uint64_t seed,
                           std::uint32_t named_tasks)
    : clock_(clock), seed_(seed), history_(history), next_task_(named_tasks) {
  ++runs;
}

void RealRecorder::is_main() {
  identity = {.recorder = this, .run = runs, .task = TaskId{0}, .rng = Rng::stream(seed_, 0)};
}

void RealRecorder::is_client(ClientName name) {
  const std::lock_guard guard(mutex_);
  for (const auto& [expected, task] : tasks_) {
    if (expected.script != name.script || expected.copy != name.copy) continue;
    identity = {.recorder = this,
                .run = runs,
                .task = task,
                .rng = Rng::stream(seed_, static_cast<std::uint64_t>(task))};
  }
}

TaskId RealRecorder::self_locked() const {
  if (identity.recorder != this || identity.run != runs) {
    const std::lock_guard guard(mutex_);
    const std::uint32_t task = next_task_++;
    identity = {
        .recorder = this, .run = runs, .task = TaskId(task), .rng = Rng::stream(seed_, task)};
  }
  return identity.task;
}

std::size_t RealRecorder::events() const {
  const std::lock_guard guard(mutex_);
  return history_.events.size();
}

bool RealRecorder::is_anyone_inside() const {
  const std::lock_guard guard(mutex_);
  for (const auto& [task, operation] : operations_) {
    if (operation != Operation::none) return true;
  }
  return false;
}

void RealRecorder::note_stall(bool is_deadlock) {
  const std::lock_guard guard(mutex_);
  const Instant now = clock_.now();
  for (const auto& [task, operation] : operations_) {
    if (operation != Operation::acquire && operation != Operation::drain) continue;
    if (client_calls_[task] > 0) continue;
    history_.events.push_back(
        {.at = now, .kind = EventKind::parked, .operation = operation, .task = task});
  }
  history_.events.push_back({.at = now,
                             .kind = EventKind::stalled,
                             .outcome = is_deadlock ? Outcome::deadlock : Outcome::ok});
}

void RealRecorder::finish(Outcome outcome) {
  const std::lock_guard guard(mutex_);
  history_.events.push_back({.at = clock_.now(), .kind = EventKind::finished, .outcome = outcome});
  is_finished_ = true;
}

void RealRecorder::append(Event event) {
  event.task = self_locked();
  const std::lock_guard guard(mutex_);
  if (is_finished_) return;
  event.at = clock_.now();  // Under the lock: in a history time never goes back.
  if (event.kind == EventKind::client_begin) ++client_calls_[event.task];
  if (event.kind == EventKind::client_end) --client_calls_[event.task];
  history_.events.push_back(event);
}

std::uint32_t RealRecorder::keep(const Snapshot& snapshot) {
  const std::lock_guard guard(mutex_);
  history_.snapshots.push_back(snapshot);
  return static_cast<std::uint32_t>(history_.snapshots.size());
}

std::uint32_t RealRecorder::keep(const Refusal& refusal) {
  const std::lock_guard guard(mutex_);
  history_.refusals.push_back(refusal);
  return static_cast<std::uint32_t>(history_.refusals.size());
}

void RealRecorder::enter(Operation operation) {
  const TaskId task = self_locked();
  const std::lock_guard guard(mutex_);
  operations_[task] = operation;
}

Operation RealRecorder::operation() const {
  const TaskId task = self_locked();
  const std::lock_guard guard(mutex_);
  const auto found = operations_.find(task);
  return found == operations_.end() ? Operation::none : found->second;
}

void RealRecorder::pause() {
  self_locked();
  if (!identity.rng.chance(1, 2)) return;
  const Duration delay = std::chrono::microseconds(identity.rng.below(delay_max_us));
  clock_.sleep_until(deadline_after(clock_.now(), delay));
}

}  // namespace poolproof::sim
