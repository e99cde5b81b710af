#pragma once
// Which interleaving an execution was, up to the order of steps that do not depend on each other:
// a number that two executions share when the same steps depended on each other in the same order
// (Mazurkiewicz, "Trace theory", 1987). Used to count how many an exploration has seen.

#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/schedule.h>
#include <poolproof/sim/explore/race_analysis.h>

namespace poolproof::sim {

/// Hashes each step from what it is and what it depends on: its task's step before, and the last
/// step of each other task that could not have changed places with it (dependence.h). Objects are
/// left out: their numbers hang on who comes first, and what a step touches follows from what came
/// before it. The hashes are added up, so that the order in which steps were taken has no part in
/// it. Give it to one engine, call begin() before each execution.
class TraceFingerprint final : public StepListener {
 public:
  /// The choices of the engine's execution under way, in which a step's answers are looked up.
  /// Must outlive it.
  explicit TraceFingerprint(const Schedule& schedule) : schedule_(schedule) {}

  void begin();
  /// Of the execution since begin(), which has ended. Two that differ share it by a chance of 1 in
  /// 2^64.
  [[nodiscard]] std::uint64_t value();
  /// Bit i: a task has done something of IntentKind i since begin().
  [[nodiscard]] std::uint64_t kinds() const noexcept { return kinds_; }

  void on_step(Actor actor, TaskId task, Intent intent) override;
  void on_step_done(StepNotes notes, std::uint32_t mutex) override;
  void on_woken(TaskId) override {}
  void on_deadlock(const Intent*, const TaskSet&) override {}

 private:
  struct Step {
    Footprint footprint;
    std::uint64_t hash = 0;
    // Into clocks_: how many steps of each line, itself included, it cannot do without.
    std::size_t clock = 0;
    std::size_t clock_size = 0;  // of the lines that come after it has none
  };
  /// The steps of a task, of the timer, or of the spurious wake-ups of a task.
  struct Line {
    ActorNumber actor = 0;
    std::vector<Step> steps;
  };

  std::size_t line_of(ActorNumber actor);
  void end_step(StepNotes notes, std::uint32_t mutex);
  std::uint64_t label(const Line& line);
  std::uint64_t find_dependences(const Footprint& footprint);
  void join(const Step& step);

  const Schedule& schedule_;
  std::vector<Line> lines_;  // the first lines_used_ are in use, by first appearance
  std::size_t lines_used_ = 0;
  std::vector<std::uint32_t> clocks_;
  std::size_t answered_ = 0;  // choices of the schedule that have been looked at
  std::uint64_t sum_ = 0;
  std::uint64_t kinds_ = 0;

  // The step under way.
  bool is_under_way_ = false;
  std::size_t line_ = 0;
  Footprint footprint_;
  std::vector<std::uint32_t> before_;  // clock of the step before it in its line
  std::vector<std::uint32_t> now_;
};

}  // namespace poolproof::sim
