#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/task_host.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

SubjectEntry as_is_subject(SubjectEntry entry) {
  if (task_host() == nullptr) return entry;
  entry.is_as_is = true;
  entry.simulated = [real = entry.real](const Environment<SimPlatform>& environment) {
    // It asks the system, whose answers are the engine's.
    static SteadyClock clock;
    return real({.config = environment.config,
                 .factory = environment.factory,
                 .clock = clock,
                 .observer = environment.observer,
                 .maintenance = environment.maintenance,
                 .lease_keys = environment.lease_keys});
  };
  return entry;
}

}  // namespace poolproof::sim
