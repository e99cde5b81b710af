#include <poolproof/property_tests/promise.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <poolproof/sim/cli/strategies.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/explore/shrink.h>

namespace poolproof::property_tests {
namespace {

/// In executions. RC_PARAMS="noshrink=1" is heeded here too.
std::uint64_t shrink_budget() {
  return rc::detail::configuration().testParams.disableShrinking ? 0 : 10'000;
}

std::uint64_t judged = 0;

/// Nothing when no breach of `law` was among the violations.
std::optional<sim::Failure> breach_of(sim::LawId law, std::uint64_t execution,
                                      const sim::Simulation& simulation) {
  const auto is_ours = [law](const sim::Violation& violation) { return violation.law == law; };
  if (std::ranges::none_of(simulation.violations(), is_ours)) return std::nullopt;
  sim::Failure failure = sim::failure_of(execution, simulation);
  std::erase_if(failure.violations, std::not_fn(is_ours));
  return failure;
}

}  // namespace

void count_judged(const sim::History& history) {
  judged += static_cast<std::uint64_t>(
      std::ranges::count(history.events, sim::EventKind::call, &sim::Event::kind));
}

std::uint64_t operations_judged() {
  return judged;
}

void keep(sim::LawId law, const Trial& trial, const sim::SubjectEntry& subject) {
  sim::Simulation simulation(subject, trial.scenario);
  const auto strategy = sim::find_strategy("portfolio")->make(trial.seed, {});
  for (std::uint32_t i = 0; i < schedules_per_trial; ++i) {
    strategy->begin(i);
    simulation.run(*strategy);
    count_judged(simulation.history());
    if (const auto failure = breach_of(law, i, simulation))
      RC_FAIL(explain(subject, trial.scenario, *failure));
  }
}

void keep_for_all(sim::LawId law, const Theme& theme) {
  keep(law, *rc::gen::noShrink(trials(theme)));
}

std::string explain(const sim::SubjectEntry& subject, const sim::Scenario& scenario,
                    const sim::Failure& failure) {
  sim::SearchProgress progress;
  const sim::Shrunk small = sim::shrink(
      {.subject = subject, .scenario = scenario, .failure = failure, .budget = shrink_budget()},
      progress);
  const sim::Law& law = sim::law(failure.violations.front().law);
  return fmt::format(
      "{} {}: {}\n  {}\n{} clients, {} operations, {} preemptions:\n\n{}\nreplay with: poolproof "
      "replay {}\n",
      law.label, law.name, law.promise, small.failure.violations.front().sentence,
      small.after.clients, small.after.operations, small.after.preemptions,
      sim::to_toml(small.scenario),
      sim::print_token(subject.name, small.scenario, small.failure.schedule));
}

}  // namespace poolproof::property_tests
