#include <poolproof/sim/explore/tree_size.h>

namespace poolproof::sim {

double estimated_executions(const SubjectEntry& subject, const Scenario& scenario,
                            std::uint64_t probes) {
  Simulation simulation(subject, scenario, Depth::record);
  TreeProbe probe(1);
  double sum = 0;
  for (std::uint64_t i = 0; i < probes; ++i) {
    probe.begin(i);
    simulation.run(probe);
    sum += probe.size();
  }
  return sum / static_cast<double>(probes);
}

}  // namespace poolproof::sim
