#pragma once
// For tests: a small program, run under many schedules.

#include <functional>
#include <map>
#include <string>
#include <utility>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/explore/random_walk.h>

namespace poolproof::sim {

/// What `program` said, and how often, over `executions` schedules of `strategy`. Executions that
/// do not complete count under their ending's name.
inline std::map<std::string, int> outcomes_under(Strategy& strategy,
                                                 const std::function<std::string()>& program,
                                                 int executions = 2'000,
                                                 const ExecutionLimits& limits = {}) {
  Engine engine;
  std::map<std::string, int> counts;
  for (int i = 0; i < executions; ++i) {
    strategy.begin(static_cast<std::uint64_t>(i));
    std::string said;
    const ExecutionResult result = engine.run(strategy, limits, [&] { said = program(); });
    ++counts[result.ending == Ending::completed ? said : std::string(to_string(result.ending))];
  }
  return counts;
}

/// The same over random schedules.
inline std::map<std::string, int> outcomes(const std::function<std::string()>& program,
                                           int executions = 2'000,
                                           const ExecutionLimits& limits = {}) {
  RandomWalk walk(1);
  return outcomes_under(walk, program, executions, limits);
}

/// The first of `executions` random executions that does not complete, or one that completed.
inline ExecutionResult first_failure(const std::function<void()>& program, int executions = 2'000,
                                     const ExecutionLimits& limits = {}) {
  Engine engine;
  RandomWalk walk(1);
  ExecutionResult result;
  for (int i = 0; i < executions && result.ending == Ending::completed; ++i) {
    walk.begin(static_cast<std::uint64_t>(i));
    result = engine.run(walk, limits, program);
  }
  return result;
}

}  // namespace poolproof::sim
