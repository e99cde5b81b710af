#pragma once
// Every execution of a program, one after the other: depth first through the choices, leaving out
// those that would only let independent steps change places. Dynamic partial-order reduction with
// source sets and sleep sets (Flanagan, Godefroid, POPL 2005; Godefroid, 1996; Abdulla et al.,
// POPL 2014), or without reduction, with or without a bound on preemptions (Musuvathi, Qadeer,
// PLDI 2007). What it promises and assumes: docs/exhaustive.md.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/explore/race_analysis.h>

namespace poolproof::sim {

struct ExplorationLimits {
  bool reduces = true;
  /// Switches away from a task that could go on, at most so many in one execution; firing a timer
  /// is none. With a bound there is no reduction.
  std::optional<std::uint32_t> preemptions;
};

/// A step that need not be taken next: what follows has been explored elsewhere.
struct Sleeper {
  ActorNumber actor = 0;
  Footprint footprint;
  friend bool operator==(const Sleeper&, const Sleeper&) = default;
};

/// One choice on the path that is being explored.
struct PathNode {
  enum class State : std::uint8_t { open, todo, active, done, asleep, beyond_bound };
  struct Option {
    ActorNumber actor = 0;
    State state = State::open;
    friend bool operator==(const Option&, const Option&) = default;
  };
  ChoiceKind kind{};
  std::uint32_t options = 0;
  std::uint32_t chosen = 0;
  std::uint32_t step = 0;         ///< that is chosen here, or in which the choice is made
  std::uint32_t preemptions = 0;  ///< up to here
  bool last_can_go_on = false;
  std::vector<Option> actors;      ///< kind task: by option
  std::vector<Sleeper> sleep;      ///< kind task
  std::vector<Footprint> touched;  ///< kind task: by the step of `chosen`, in executions so far
  friend bool operator==(const PathNode&, const PathNode&) = default;
};
using Path = std::vector<PathNode>;

/// The strategy and the listener of an engine whose executions are the explored ones: give it to
/// both, then call next() after each execution.
class Exploration final : public Strategy, public StepListener {
 public:
  explicit Exploration(ExplorationLimits limits) : limits_(limits) {
    if (limits_.preemptions) limits_.reduces = false;
  }

  /// Only what begins as `path` does; or, with fixed < path.size(), what is left of it.
  void go_to(Path path, std::size_t fixed);
  /// Prepares the next execution; false when there is none.
  bool next(const ExecutionResult& result);

  /// Whether the last execution could be left out: it is equivalent to another one.
  [[nodiscard]] bool is_redundant() const noexcept { return is_redundant_; }
  /// Whether the bound has kept anything out.
  [[nodiscard]] bool is_cut() const noexcept { return is_cut_; }
  /// Whether the program did not do the same again, which is a mistake of the program.
  [[nodiscard]] bool is_unsteady() const noexcept { return is_unsteady_; }
  /// How much is done, from 0 to 1, if all that is left at a choice were equally much.
  [[nodiscard]] double share_done() const noexcept;
  [[nodiscard]] Path path() const { return {nodes_.begin(), nodes_.begin() + depth()}; }
  [[nodiscard]] std::size_t fixed() const noexcept { return fixed_; }
  [[nodiscard]] const std::vector<TracedStep>& steps() const noexcept { return steps_; }

  void begin(std::uint64_t execution) override;
  std::uint32_t choose(const ChoicePoint& point) override;
  void on_step(Actor actor, TaskId task, Intent intent) override;
  void on_step_done(StepNotes notes, std::uint32_t mutex) override;
  void on_woken(TaskId task) override;
  void on_deadlock(const Intent* intents, const TaskSet& alive) override;

 private:
  using State = PathNode::State;

  [[nodiscard]] std::ptrdiff_t depth() const { return static_cast<std::ptrdiff_t>(depth_); }
  std::uint32_t choose_new(const ChoicePoint& point);
  std::uint32_t choose_actor(const ChoicePoint& point, PathNode& node);
  void set_actors(const ChoicePoint& point, PathNode& node) const;
  void set_states(PathNode& node);
  PathNode& push(const ChoicePoint& point);
  [[nodiscard]] bool is_asleep(ActorNumber actor) const noexcept;
  [[nodiscard]] std::int32_t last_step_of(ActorNumber actor) const noexcept;
  void analyse(Ending ending);
  void reverse(const std::vector<Race>& races);
  void reverse(const Race& race);
  void try_what_was_prevented(Ending ending);
  void try_before(std::size_t step, bool& timer, bool& spurious);
  void note_footprints();
  bool advance();
  bool advance(PathNode& node) const;

  ExplorationLimits limits_;
  std::vector<PathNode> nodes_;  // the first depth_ are the path, the others spare
  std::size_t depth_ = 0;
  std::size_t fixed_ = 0;
  std::uint32_t first_new_step_ = 0;
  bool is_cut_ = false;
  bool is_unsteady_ = false;
  RaceAnalysis races_;

  // One execution.
  std::size_t at_ = 0;
  std::vector<TracedStep> steps_;
  std::vector<std::int32_t> node_of_step_;
  std::vector<std::int32_t> last_step_;   // by actor
  std::vector<std::int32_t> woken_by_;    // by task
  std::vector<std::int32_t> spawned_by_;  // by task
  std::vector<TracedStep> pending_;
  std::vector<Sleeper> sleep_;
  std::int32_t chosen_at_ = none_before;
  bool is_redundant_ = false;
};

}  // namespace poolproof::sim
