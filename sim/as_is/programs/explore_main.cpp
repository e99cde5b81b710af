// Runs a plain program under many schedules: its main function is called program_main here. Says
// how many executions failed, how the first did, and a fingerprint of all schedules, which must be
// the same in every process.
//
//   PROGRAM [SCHEDULES [SEED]]

#include <cstdio>
#include <cstdlib>

#include <poolproof/sim/as_is/program.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/explore/random_walk.h>

int program_main();

namespace {

using namespace poolproof::sim;

struct Found {
  std::uint64_t failures = 0;
  std::uint64_t first = 0;
  std::uint64_t steps = 0;
  std::uint64_t fingerprint = 0;
  std::string explanation;
  friend bool operator==(const Found&, const Found&) = default;
};

Found explore(Engine& engine, std::uint64_t seed, std::uint64_t schedules) {
  Found found;
  RandomWalk walk(seed);
  for (std::uint64_t i = 0; i < schedules; ++i) {
    walk.begin(i);
    const ExecutionLimits limits{.spurious_wakeups = 1, .spurious_cas_failures = 1};
    const ExecutionResult result = engine.run(walk, limits, [] { std::exit(program_main()); });
    found.steps += result.steps;
    found.fingerprint = found.fingerprint * 31 + fingerprint(engine.schedule());
    if (result.ending == Ending::completed || found.failures++ != 0) continue;
    found.first = i;
    found.explanation = std::string(to_string(result.ending)) + ": " + result.explanation;
  }
  return found;
}

}  // namespace

int main(int count, char** arguments) {
  task_host()->harness_begins();
  as_is::set_program(true);
  const std::uint64_t schedules = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 10'000;
  const std::uint64_t seed = count > 2 ? std::strtoull(arguments[2], nullptr, 10) : 1;
  Engine engine;
  engine.set_host(task_host());
  const Found found = explore(engine, seed, schedules);
  const Found again = explore(engine, seed, schedules);
  std::printf("schedules %llu, steps %llu, failures %llu, fingerprint %016llx\n",
              static_cast<unsigned long long>(schedules),
              static_cast<unsigned long long>(found.steps),
              static_cast<unsigned long long>(found.failures),
              static_cast<unsigned long long>(found.fingerprint));
  if (found.failures != 0)
    std::printf("first in schedule %llu, %s\n", static_cast<unsigned long long>(found.first),
                found.explanation.c_str());
  if (!(found == again)) {
    std::printf("another result when repeated: fingerprint %016llx, %s\n",
                static_cast<unsigned long long>(again.fingerprint), again.explanation.c_str());
    return 2;
  }
  return found.failures == 0 ? 0 : 1;
}
