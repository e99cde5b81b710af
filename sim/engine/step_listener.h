#pragma once
// What the engine tells of each step while it is taken, beyond what its task declared: enough to
// say which steps could change places without anybody noticing (sim/explore/dependence.h).

#include <cstdint>

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/intent.h>
#include <poolproof/sim/engine/task_set.h>

namespace poolproof::sim {

/// Who takes a step: a task; or the engine, when it fires the next timer or wakes a sleeper of a
/// condition variable for no reason.
enum class Actor : std::uint8_t { task, timer, spurious };

/// Bits, joined, of what a step did.
using StepNotes = std::uint16_t;
namespace step_note {
constexpr StepNotes reads_clock = 1U;
constexpr StepNotes sets_timer = 2U;
constexpr StepNotes clears_timer = 4U;
constexpr StepNotes fires_timer = 8U;
constexpr StepNotes wakes = 16U;   ///< a notify that found somebody
constexpr StepNotes yields = 32U;  ///< the task steps back, which the others' next step undoes
constexpr StepNotes budget = 64U;  ///< of spurious failures and wake-ups, which all share
constexpr StepNotes everything = 128U;  ///< could be noticed by any other step
constexpr StepNotes database = 512U;    ///< what all clients of the database share
constexpr StepNotes barrier =
    256U;  ///< comes after all before it, and is taken only when no other could be
}  // namespace step_note

/// Is told, on whichever task's stack, with the race detector looking away. It must not call a
/// primitive.
class StepListener {
 public:
  virtual ~StepListener() = default;
  /// `task` does what it declared; or it is what the engine's step wakes.
  virtual void on_step(Actor actor, TaskId task, Intent intent) = 0;
  /// The step last told of is over; `mutex` is the one that a wait has unlocked, or 0.
  virtual void on_step_done(StepNotes notes, std::uint32_t mutex) = 0;
  /// The step under way wakes `task`.
  virtual void on_woken(TaskId task) = 0;
  /// The execution ends in a deadlock: the tasks `alive` never did what `intents`, by task, say.
  virtual void on_deadlock(const Intent* intents, const TaskSet& alive) = 0;
};

/// Is told on the stack of the task that takes a step, so that it can see who called; else the
/// same.
class StepWitness {
 public:
  virtual ~StepWitness() = default;
  /// `task` goes on and does at the instant `at` what it declared. Not for the first step of a
  /// task, which starts it.
  virtual void on_taken(TaskId task, Intent intent, Instant at) = 0;
};

}  // namespace poolproof::sim
