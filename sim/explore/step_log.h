#pragma once
// Every step of one execution, in order, with what can be seen only while it runs: who called, and
// what the other tasks wait for.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/step_listener.h>
#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {

/// A step of a task, or of the engine's own.
struct LoggedStep {
  Actor actor = Actor::task;
  TaskId task = no_task;  ///< who takes it; or whom the timer or the spurious wake-up wakes
  Intent intent{};        ///< what a task does; what the one that is woken waited for
  Instant at{};
  std::size_t events = 0;               ///< of the history, that came before it
  std::vector<Waiting> waiting{};       ///< all tasks that are not done, as the step begins
  std::vector<std::uintptr_t> calls{};  ///< addresses within the task's calls, innermost first
};

/// For one execution. The step number n, counted from 1, is at index n - 1.
class StepLog final : public StepListener, public StepWitness {
 public:
  static constexpr std::size_t calls_max = 64;

  StepLog() = default;
  /// Raises SIGTRAP, on the stack of the task that takes it, at the step of that number; 0: at
  /// none.
  explicit StepLog(std::uint64_t break_at) : break_at_(break_at) {}

  /// `history` is being written by the execution that is to be logged.
  void begin(const History& history) noexcept {
    history_ = &history;
    steps_.clear();
  }
  [[nodiscard]] const std::vector<LoggedStep>& steps() const noexcept { return steps_; }

  void on_step(Actor actor, TaskId task, Intent intent) override;
  void on_step_done(StepNotes notes, std::uint32_t mutex) override;
  void on_woken(TaskId) override {}
  void on_taken(TaskId task, Intent intent, Instant at) override;
  void on_deadlock(const Intent*, const TaskSet&) override {}

 private:
  LoggedStep& add(Actor actor, TaskId task, Intent intent, Instant at);

  std::uint64_t break_at_ = 0;
  const History* history_ = nullptr;
  std::vector<LoggedStep> steps_;
};

}  // namespace poolproof::sim
