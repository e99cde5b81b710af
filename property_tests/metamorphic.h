#pragma once
// What the properties about two executions have in common.

#include <poolproof/property_tests/named_walk.h>
#include <poolproof/property_tests/promise.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/sim/scenario/driver.h>

namespace poolproof::property_tests {

/// No thread of the pool's own, so that tasks are the main one and the clients, in order.
inline const Theme clients_alone{.has_maintenance = false};

/// Runs one execution and counts what was judged.
inline sim::History run(const sim::Scenario& scenario, sim::Strategy& strategy) {
  sim::Simulation simulation(pool_under_test(), scenario);
  strategy.begin(0);
  simulation.run(strategy);
  count_judged(simulation.history());
  return simulation.history();
}

/// The history's tasks by their names.
inline sim::History renamed(sim::History history, const TaskNames& names) {
  for (sim::Event& event : history.events) {
    const auto task = static_cast<std::size_t>(event.task);
    if (task < names.size()) event.task = sim::TaskId(static_cast<std::uint16_t>(names[task]));
  }
  return history;
}

}  // namespace poolproof::property_tests
