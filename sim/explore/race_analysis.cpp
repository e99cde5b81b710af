#include <poolproof/sim/explore/race_analysis.h>

#include <algorithm>

namespace poolproof::sim {

ActorNumber actor_number(Actor actor, TaskId task) noexcept {
  const auto number = static_cast<unsigned>(task);
  if (actor == Actor::timer) return 0;
  return static_cast<ActorNumber>(2 * number + (actor == Actor::task ? 1 : 2));
}

const std::vector<Race>& RaceAnalysis::analyse(const std::vector<TracedStep>& steps,
                                               std::uint32_t from) {
  const std::size_t actors_before = actors_;
  make_room(steps);
  const bool is_all_new = actors_ != actors_before || by_actor_.empty();
  by_actor_.resize(actors_);
  forget(is_all_new ? 0 : from);
  for (std::uint32_t i = is_all_new ? 0 : from; i < steps.size(); ++i)
    add(steps, steps[i], i);
  return races_;
}

const std::vector<Race>& RaceAnalysis::analyse_pending(const std::vector<TracedStep>& steps,
                                                       const TracedStep& pending) {
  races_.clear();
  if (pending.actor >= actors_) return races_;
  find_before(steps, pending);
  keep_races(steps, pending, static_cast<std::uint32_t>(steps.size()));
  return races_;
}

void RaceAnalysis::forget(std::uint32_t from) {
  races_.clear();
  clocks_.resize(std::size_t{from} * actors_);
  for (auto& steps : by_actor_) {
    while (!steps.empty() && steps.back() >= from)
      steps.pop_back();
  }
}

void RaceAnalysis::make_room(const std::vector<TracedStep>& steps) {
  for (const TracedStep& step : steps) {
    while (step.actor >= actors_)
      actors_ *= 2;
  }
  before_.resize(actors_);
  now_.resize(actors_);
  first_.resize(actors_);
}

void RaceAnalysis::add(const std::vector<TracedStep>& steps, const TracedStep& step,
                       std::uint32_t number) {
  if (step.instead_of != 0) {
    TracedStep prevented = step;
    prevented.actor = step.instead_of;
    prevented.enabled_by = none_before;
    prevented.footprint.notes = 0;
    find_before(steps, prevented);
    keep_races(steps, prevented, number);
  }
  find_before(steps, step);
  keep_races(steps, step, number);
  now_[step.actor] = number + 1;
  clocks_.insert(clocks_.end(), now_.begin(), now_.end());
  by_actor_[step.actor].push_back(number);
}

void RaceAnalysis::find_before(const std::vector<TracedStep>& steps, const TracedStep& step) {
  std::ranges::fill(before_, 0);
  if (!by_actor_[step.actor].empty()) join(before_, clock_of(by_actor_[step.actor].back()));
  if (step.enabled_by != none_before)
    join(before_, clock_of(static_cast<std::uint32_t>(step.enabled_by)));
  now_ = before_;
  racing_.clear();
  for (std::size_t other = 0; other < actors_; ++other) {
    if (other != step.actor) find_on(static_cast<ActorNumber>(other), steps, step);
  }
}

// Backwards over the steps of `other` that `step` could have done without.
void RaceAnalysis::find_on(ActorNumber other, const std::vector<TracedStep>& steps,
                           const TracedStep& step) {
  bool is_joined = false;
  const auto& theirs = by_actor_[other];
  for (std::size_t k = theirs.size(); k-- > 0 && theirs[k] >= before_[other];) {
    const Relation found = relation(steps[theirs[k]].footprint, step.footprint);
    if (found == Relation::independent) continue;
    if (!is_joined) join(now_, clock_of(theirs[k]));
    is_joined = true;
    if (found != Relation::racing) continue;
    racing_.push_back(theirs[k]);
    return;
  }
}

void RaceAnalysis::keep_races(const std::vector<TracedStep>& steps, const TracedStep& step,
                              std::uint32_t number) {
  for (const std::uint32_t earlier : racing_) {
    const bool is_kept_apart = std::ranges::any_of(racing_, [&](std::uint32_t third) {
      return third != earlier && clock_of(third)[steps[earlier].actor] > earlier;
    });
    if (is_kept_apart) continue;
    Race race{.earlier = earlier, .later = number, .initials = {}};
    find_initials(steps, step, race);
    races_.push_back(std::move(race));
  }
}

void RaceAnalysis::find_initials(const std::vector<TracedStep>& steps, const TracedStep& step,
                                 Race& race) {
  std::ranges::fill(first_, 0);
  staying_.clear();
  const std::uint32_t end = std::min(race.later, static_cast<std::uint32_t>(steps.size()));
  for (std::uint32_t i = race.earlier + 1; i < end; ++i) {
    if (clock_of(i)[steps[race.earlier].actor] > race.earlier) continue;
    const ActorNumber actor = steps[i].actor;
    if (first_[actor] == 0 && !has_predecessor(clock_of(i))) race.initials.push_back(actor);
    if (first_[actor] == 0) first_[actor] = i + 1;
    staying_.push_back(i);
  }
  if (first_[step.actor] != 0 || has_predecessor(before_.data())) return;
  const bool depends = std::ranges::any_of(staying_, [&](std::uint32_t i) {
    return relation(steps[i].footprint, step.footprint) != Relation::independent;
  });
  if (!depends) race.initials.insert(race.initials.begin(), step.actor);
}

// Whether one of the steps that stay happened before.
bool RaceAnalysis::has_predecessor(const Clock* clock) const {
  for (std::size_t actor = 0; actor < actors_; ++actor) {
    if (first_[actor] != 0 && clock[actor] >= first_[actor]) return true;
  }
  return false;
}

void RaceAnalysis::join(std::vector<Clock>& into, const Clock* clock) const {
  for (std::size_t actor = 0; actor < actors_; ++actor)
    into[actor] = std::max(into[actor], clock[actor]);
}

}  // namespace poolproof::sim
