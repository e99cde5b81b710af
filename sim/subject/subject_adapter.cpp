#include <poolproof/sim/subject/subject_adapter.h>

#include <string>

namespace poolproof::sim {

bool is_of_acquire(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::ok:
    case Outcome::deadlock:
    case Outcome::livelock:
    case Outcome::crashed:
    case Outcome::data_race:
    case Outcome::aborted:
    case Outcome::conflict:
    case Outcome::ambiguous:
      return false;
    default:
      return true;
  }
}

void refuse_outcome(AdapterMistakes* mistakes, const char* call, Outcome outcome) {
  adapter_mistake(mistakes, std::string(call) + " gives no lease and answers \"" +
                                std::string(to_string(outcome)) +
                                "\": why it gives none is timed_out, closed, connect_failed or "
                                "exhausted");
}

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
