#pragma once
// Everything that happened in one execution, in the order in which it happened.

#include <string>
#include <vector>

#include <poolproof/core/pool/pool_config.h>
#include <poolproof/core/pool/pool_metrics.h>
#include <poolproof/sim/judge/capabilities.h>
#include <poolproof/sim/judge/event.h>

namespace poolproof::sim {

/// What a metrics() call answered.
struct Snapshot {
  std::uint64_t total = 0, idle = 0, in_use = 0, invalid = 0, opening = 0, leases = 0, waiting = 0;
  std::uint64_t acquires = 0, releases = 0, timeouts = 0, connects = 0, connect_failures = 0,
                closes = 0;
  std::uint64_t waits = 0;  ///< how many its histogram of waits has counted
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// What the error of an acquire said beside its kind.
struct Refusal {
  Duration waited{};
  std::uint64_t max_size = 0, in_use = 0, opening = 0, waiting = 0;
  Duration oldest_lease_age{};
  bool names_cause = false;  ///< why a connect failed
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// Plain data; reused from one execution to the next (clear() keeps the memory).
struct History {
  PoolConfig config;  ///< as handed to the pool
  Capabilities capabilities;
  bool virtual_time =
      true;  ///< false: real threads, whose events are in the order of the recorder's lock
  std::vector<Event> events;
  std::vector<Snapshot> snapshots;
  std::vector<Refusal> refusals;

  void clear() {
    events.clear();
    snapshots.clear();
    refusals.clear();
  }

  friend bool operator==(const History&, const History&) = default;
};

}  // namespace poolproof::sim
