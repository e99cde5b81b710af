#include <poolproof/sim/explore/shrink_trials.h>

#include <algorithm>
#include <tuple>

namespace poolproof::sim {
namespace {

/// Answers but for the order of tasks that something was chosen for which nothing asked.
std::size_t disturbances(const Hints& hints) {
  std::size_t sum = 0;
  for (const ChoiceKind kind : {ChoiceKind::cas, ChoiceKind::fault}) {
    const auto& answers = hints.answers[static_cast<std::size_t>(kind)];
    sum += answers.size() - static_cast<std::size_t>(std::ranges::count(answers, 0U));
  }
  return sum + static_cast<std::size_t>(std::ranges::count_if(hints.orders, [](const Wanted& who) {
           return who.kind == Wanted::Kind::timer || who.kind == Wanted::Kind::sleeper;
         }));
}

bool is_earlier(const Schedule& one, const Schedule& other) {
  return std::ranges::lexicographical_compare(
      one, other, {}, [](const Choice& choice) { return std::uint32_t{choice.chosen}; },
      [](const Choice& choice) { return std::uint32_t{choice.chosen}; });
}

}  // namespace

bool is_simpler(const Found& one, const Found& other) {
  const auto weight = [](const Found& found) {
    return std::tuple(found.hints.preemptions.size(), disturbances(found.hints));
  };
  if (weight(one) != weight(other)) return weight(one) < weight(other);
  return is_earlier(one.failure.schedule, other.failure.schedule);
}

std::optional<Found> ShrinkTrials::run(Simulation& simulation, Strategy& strategy) {
  if (!may_go_on()) return std::nullopt;
  HintTaker taker(strategy);
  taker.begin(executions_++);
  progress_.shrinking.fetch_add(1, std::memory_order_relaxed);
  simulation.run(taker);
  if (!is_same(simulation)) return std::nullopt;
  return Found{.failure = failure_of(original_.execution, simulation), .hints = taker.hints()};
}

std::optional<Found> ShrinkTrials::follow(Simulation& simulation, const Hints& hints) {
  Guided guided(hints);
  return run(simulation, guided);
}

bool ShrinkTrials::is_same(const Simulation& simulation) const {
  const LawId law = original_.violations.front().law;
  if (std::ranges::find(simulation.violations(), law, &Violation::law) ==
      simulation.violations().end())
    return false;
  return simulation.result().ending != Ending::livelock ||
         original_.result.ending == Ending::livelock;
}

}  // namespace poolproof::sim
