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

std::string_view statement_that_leaves(mocks::Leftover what) noexcept {
  switch (what) {
    case mocks::Leftover::setting:
      return "set time zone 'UTC'";
    case mocks::Leftover::transaction:
      return "begin";
    case mocks::Leftover::statement:
      return "prepare mine as select 1";
    case mocks::Leftover::deadline:
      break;
  }
  return "select 1";
}

}  // namespace poolproof::sim
