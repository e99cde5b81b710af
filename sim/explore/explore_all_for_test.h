#pragma once
// For tests: a small program, run through all of its executions.

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include <poolproof/sim/explore/exploration.h>

namespace poolproof::sim {

struct Explored {
  /// What the program said, or the ending's name where it did not complete.
  std::set<std::string> outcomes;
  std::uint64_t executions = 0;
  std::uint64_t redundant = 0;
  bool is_complete = false;
  bool is_cut = false;
};

inline Explored explore_all(const std::function<std::string()>& program,
                            ExplorationLimits how = {}, const ExecutionLimits& limits = {},
                            std::uint64_t executions_max = 2'000'000) {
  Engine engine;
  Exploration exploration(how);
  engine.set_step_listener(&exploration);
  Explored explored;
  while (explored.executions < executions_max && !explored.is_complete) {
    exploration.begin(explored.executions);
    std::string said;
    const ExecutionResult result = engine.run(exploration, limits, [&] { said = program(); });
    explored.outcomes.insert(
        result.ending == Ending::completed ? said : std::string(to_string(result.ending)));
    ++explored.executions;
    if (exploration.is_redundant()) ++explored.redundant;
    explored.is_complete = !exploration.next(result);
  }
  explored.is_cut = exploration.is_cut();
  return explored;
}

}  // namespace poolproof::sim
