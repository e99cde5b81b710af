#pragma once
// Which steps of an execution happened before which, by vector clocks, and which pairs of them
// could have come the other way round: the half of dynamic partial-order reduction that looks
// back. What is made of the races: exploration.h.

#include <cstdint>
#include <vector>

#include <poolproof/sim/explore/dependence.h>

namespace poolproof::sim {

/// The timer is 0; each task has one number, and its spurious wake-ups the next one.
using ActorNumber = std::uint16_t;
ActorNumber actor_number(Actor actor, TaskId task) noexcept;

constexpr std::int32_t none_before = -1;

struct TracedStep {
  ActorNumber actor = 0;
  Footprint footprint;
  std::int32_t enabled_by = none_before;  ///< the step without which it could not have been taken
  /// A task whose step, the same as this one, it has kept from being taken: a timer's that ends an
  /// acquire. 0: none.
  ActorNumber instead_of = 0;
};

/// Two steps, by number, that race, and who could have begun a part of the execution that has them
/// the other way round and starts where `earlier` was taken (source sets: Abdulla, Aronis,
/// Jonsson, Sagonas, POPL 2014).
struct Race {
  std::uint32_t earlier = 0;
  std::uint32_t later = 0;
  std::vector<ActorNumber> initials;
};

class RaceAnalysis {
 public:
  /// Finds the races whose later step is `from` or after it. The steps before are those of the
  /// last call, which has analysed them. A race is left out when a third step keeps the two apart.
  const std::vector<Race>& analyse(const std::vector<TracedStep>& steps, std::uint32_t from);

  /// The races of a step that an execution ended without.
  const std::vector<Race>& analyse_pending(const std::vector<TracedStep>& steps,
                                           const TracedStep& pending);

 private:
  using Clock =
      std::uint32_t;  // of one actor: how many steps of the execution, up to its last one

  void forget(std::uint32_t from);
  void make_room(const std::vector<TracedStep>& steps);
  void add(const std::vector<TracedStep>& steps, const TracedStep& step, std::uint32_t number);
  void find_before(const std::vector<TracedStep>& steps, const TracedStep& step);
  void find_on(ActorNumber other, const std::vector<TracedStep>& steps, const TracedStep& step);
  void keep_races(const std::vector<TracedStep>& steps, const TracedStep& step,
                  std::uint32_t number);
  void find_initials(const std::vector<TracedStep>& steps, const TracedStep& step, Race& race);
  [[nodiscard]] bool has_predecessor(const Clock* clock) const;
  [[nodiscard]] const Clock* clock_of(std::uint32_t step) const {
    return &clocks_[std::size_t{step} * actors_];
  }
  void join(std::vector<Clock>& into, const Clock* clock) const;

  std::size_t actors_ = 16;
  std::vector<Clock> clocks_;                         // of each step, one for each actor
  std::vector<std::vector<std::uint32_t>> by_actor_;  // its steps

  // For the step under way.
  std::vector<Clock> before_;  // what it could not have done without
  std::vector<Clock> now_;
  std::vector<std::uint32_t> racing_;
  std::vector<std::uint32_t> first_;    // by actor: its first step that stays, plus 1
  std::vector<std::uint32_t> staying_;  // steps between the two that do not depend on the first
  std::vector<Race> races_;
};

}  // namespace poolproof::sim
