#include <poolproof/sim/subject/subject_adapter.h>

namespace poolproof::sim {

Snapshot to_snapshot(const PoolMetrics& metrics) noexcept {
  return {.total = metrics.total,
          .idle = metrics.idle,
          .in_use = metrics.in_use,
          .invalid = metrics.invalid,
          .opening = metrics.opening,
          .leases = metrics.leases,
          .waiting = metrics.waiting,
          .acquires = metrics.acquires,
          .releases = metrics.releases,
          .timeouts = metrics.timeouts,
          .connects = metrics.connects,
          .connect_failures = metrics.connect_failures,
          .closes = metrics.closes};
}

}  // namespace poolproof::sim
