// A recorded schedule, printed as a token and read back, gives the same bytes again.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/metamorphic.h>
#include <poolproof/sim/cli/strategies.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/judge/history_json.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(Replay, GivesTheSameBytes, ()) {
  const Trial trial = *trials();
  const auto& entries = sim::strategies();
  const auto& entry = entries[*rc::gen::inRange<std::size_t>(0, entries.size())];
  const bool makes_strategies = entry.make != nullptr;
  RC_PRE(makes_strategies);
  const auto strategy = entry.make(trial.seed, {});
  strategy->begin(*rc::gen::inRange<std::uint64_t>(0, 100));
  sim::Simulation simulation(pool_under_test(), trial.scenario);
  simulation.run(*strategy);
  count_judged(simulation.history());
  const auto token = sim::parse_token(
      sim::print_token(pool_under_test().name, trial.scenario, simulation.schedule()));
  RC_ASSERT(token.has_value());

  const sim::ReplayResult again = sim::replay(pool_under_test(), token->scenario, token->schedule);

  RC_ASSERT(again.refusal == "");
  RC_ASSERT(fingerprint(again.execution.schedule) == token->fingerprint);
  RC_ASSERT(print(again.execution.history) == print(simulation.history()));
}

}  // namespace
}  // namespace poolproof::property_tests
