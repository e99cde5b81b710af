// A client that does nothing changes nothing.
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/metamorphic.h>
#include <poolproof/sim/judge/history_json.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(IdleClient, ChangesNothing, ()) {
  const Trial trial = *trials(clients_alone);
  RC_PRE(!sim::has_step(trial.scenario, sim::Step::Kind::destroy));
  sim::Scenario with_idler = trial.scenario;
  with_idler.clients.push_back({.steps = {{.kind = sim::Step::Kind::release}}});
  TaskNames names(sim::client_count(trial.scenario) + 1);
  std::iota(names.begin(), names.end(), 0U);
  NamedWalk without(trial.seed, names);
  names.push_back(nobody);
  NamedWalk with(trial.seed, names);

  RC_ASSERT(print(run(with_idler, with)) == print(run(trial.scenario, without)));
}

}  // namespace
}  // namespace poolproof::property_tests
