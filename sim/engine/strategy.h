#pragma once
// Everything that could differ between two executions is a choice, and every choice is put to a
// Strategy.

#include <cstdint>
#include <string_view>

#include <poolproof/sim/engine/intent.h>
#include <poolproof/sim/engine/task_set.h>

namespace poolproof::sim {

enum class ChoiceKind : std::uint8_t {
  task,    ///< who goes on: a task, the next timer, or a sleeper woken for no reason
  waiter,  ///< which of the tasks waiting on a condition variable notify_one wakes
  cas,     ///< whether a compare_exchange_weak that could succeed fails: 1 is yes
  fault,   ///< whether something with a chance happens: 1 is yes
  number,  ///< a random number below `options`
};

std::string_view to_string(ChoiceKind kind) noexcept;

/// One question. The answers are 0 to options - 1; options is at least 2.
struct ChoicePoint {
  ChoiceKind kind{};
  std::uint32_t options = 0;

  // kind task: option 0 is the task that ran last, if it can go on; then the other runnable ones
  // in order of id; then the timer, if `has_timer`; then one option for each of `sleepers`. kind
  // waiter: one option for each of `sleepers`, in order of id.
  TaskSet runnable{};
  TaskSet sleepers{};
  bool has_timer = false;
  bool last_can_go_on = false;
  TaskId last = no_task;  // who ran last
  // kind fault: its odds.
  std::uint32_t numerator = 0, denominator = 0;
  // What each task declared to do next, by TaskId; during choose() only.
  const Intent* intents = nullptr;

  /// kind task: who goes on by `option`; no_task for the timer and the sleepers.
  [[nodiscard]] TaskId task_of(std::uint32_t option) const noexcept {
    if (option >= timer_option()) return no_task;
    if (last_can_go_on && option-- == 0) return last;
    return (last_can_go_on ? runnable - TaskSet(last) : runnable).nth(option);
  }
  /// kind task: the option that stands for `task`, which is runnable.
  [[nodiscard]] std::uint32_t option_of(TaskId task) const noexcept {
    if (last_can_go_on && task == last) return 0;
    const bool is_moved = last_can_go_on && task < last;
    return runnable.count_below(task) + (is_moved ? 1U : 0U);
  }
  /// The option that stands for the timer.
  [[nodiscard]] std::uint32_t timer_option() const noexcept { return runnable.count(); }
  /// The option that stands for the first of `sleepers`.
  [[nodiscard]] std::uint32_t sleeper_option() const noexcept {
    return timer_option() + (has_timer ? 1U : 0U);
  }
};

/// Answers choices. One execution at a time; the same answers for the same executions and
/// questions, always.
class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Execution number `execution`, counted from 0, begins. What it answers depends on this number
  /// and on the strategy's seed, not on the executions before, so that several workers can share a
  /// search.
  virtual void begin(std::uint64_t execution) = 0;
  virtual std::uint32_t choose(const ChoicePoint& point) = 0;
};

}  // namespace poolproof::sim
