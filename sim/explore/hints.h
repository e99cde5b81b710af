#pragma once
// An execution as its deviations from "who runs goes on": what still means something when the
// scenario, or an answer, has changed. A Schedule says the same by position, and fits one
// scenario.

#include <array>
#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/strategy.h>
#include <poolproof/sim/explore/random_walk.h>

namespace poolproof::sim {

/// Who goes on: not by option, of which there may be others, but by name.
struct Wanted {
  enum class Kind : std::uint8_t {
    first,  ///< option 0
    task,
    timer,    ///< the next timer fires although tasks could run
    sleeper,  ///< a task is woken for no reason
  };
  Kind kind = Kind::first;
  TaskId task = no_task;
  friend bool operator==(const Wanted&, const Wanted&) = default;
};

/// What a task choice's `option` stands for, and the way back: option 0 where it cannot be had.
Wanted wanted_by(const ChoicePoint& point, std::uint32_t option) noexcept;
std::uint32_t option_for(const ChoicePoint& point, const Wanted& wanted) noexcept;

/// The task that ran last could go on, and something else was chosen: another task, an early timer
/// or a spurious wake-up. `nth` counts the choices at which this task could go on, from 0.
struct Preemption {
  TaskId task = no_task;
  std::uint32_t nth = 0;
  Wanted to{};
  friend bool operator==(const Preemption&, const Preemption&) = default;
};

struct Hints {
  std::vector<Preemption> preemptions;  ///< in order
  std::vector<Wanted> orders;           ///< who went on where the last could not, in order
  std::uint32_t can_go_on = 0;          ///< choices at which the last could go on
  /// Of the other kinds, by ChoiceKind: what was answered, in order.
  std::array<std::vector<std::uint32_t>, 5> answers;

  void clear() noexcept;
};

/// Asks another strategy, and keeps what it answers as hints.
class HintTaker final : public Strategy {
 public:
  explicit HintTaker(Strategy& inner) noexcept : inner_(inner) {}

  void begin(std::uint64_t execution) override;
  std::uint32_t choose(const ChoicePoint& point) override;

  /// Of the execution since begin().
  [[nodiscard]] const Hints& hints() const noexcept { return hints_; }

 private:
  void keep(const ChoicePoint& point, std::uint32_t answer);

  Strategy& inner_;
  Hints hints_;
  std::array<std::uint32_t, tasks_max> could_go_on_{};
};

/// Does what the hints say, as far as it can be had, and goes on with who runs otherwise; where
/// that one cannot go on, with the task of the lowest id. The unchanged hints of an execution lead
/// to that execution again. After `fair_after` choices it walks at random, because a policy that
/// always prefers one task never ends a loop that spins.
class Guided final : public Strategy {
 public:
  explicit Guided(const Hints& hints);

  void begin(std::uint64_t execution) override;
  std::uint32_t choose(const ChoicePoint& point) override;

  static constexpr std::uint32_t fair_after = 4'000;

 private:
  std::uint32_t go_on(const ChoicePoint& point) noexcept;
  std::uint32_t next_of(const ChoicePoint& point) noexcept;
  std::uint32_t answer(const ChoicePoint& point) noexcept;

  const Hints& hints_;
  std::vector<Preemption> by_task_;  // sorted by task, then nth
  std::array<std::size_t, tasks_max> at_{};
  std::array<std::uint32_t, tasks_max> could_go_on_{};
  std::array<std::size_t, 5> answered_{};
  std::size_t ordered_ = 0;
  std::uint32_t asked_ = 0;
  RandomWalk fair_{1};
};

}  // namespace poolproof::sim
