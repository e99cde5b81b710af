// Renaming the clients permutes the history and does nothing else.
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/property_tests/metamorphic.h>
#include <poolproof/sim/judge/history_json.h>

namespace poolproof::property_tests {
namespace {

RC_GTEST_PROP(RenamedClients, PermuteTheHistory, ()) {
  Trial trial = *trials(clients_alone);
  // Whom a cancel means, is told by the order of the clients.
  for (sim::ClientScript& client : trial.scenario.clients) {
    std::erase_if(client.steps,
                  [](const sim::Step& step) { return step.kind == sim::Step::Kind::cancel; });
    if (client.steps.empty()) client.steps.push_back({.kind = sim::Step::Kind::release});
  }
  sim::Scenario turned = trial.scenario;  // the first client comes last
  std::ranges::rotate(turned.clients, turned.clients.begin() + 1);
  const std::uint32_t first = trial.scenario.clients.front().count;
  TaskNames names(sim::client_count(trial.scenario) + 1);
  std::iota(names.begin(), names.end(), 0U);
  TaskNames turned_names = names;
  std::rotate(turned_names.begin() + 1, turned_names.begin() + 1 + first, turned_names.end());
  NamedWalk straight(trial.seed, names);
  NamedWalk around(trial.seed, turned_names);

  RC_ASSERT(print(renamed(run(turned, around), turned_names)) ==
            print(run(trial.scenario, straight)));
}

}  // namespace
}  // namespace poolproof::property_tests
