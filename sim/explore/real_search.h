#pragma once
// The same scenarios, faults and laws on real threads: for pools that no engine can schedule. The
// operating system chooses the order; seeded delays at the client's calls shake it. What it finds
// is real; it cannot be replayed.

#include <poolproof/sim/explore/search.h>

namespace poolproof::sim {

/// Scenario durations are divided by this, so that minutes of idling are tenths of a second.
constexpr int real_time_divisor = 1'000;

/// `scenario` with every duration divided: of the pool, the steps and the faults. 0 and "for ever"
/// stay.
Scenario in_real_time(const Scenario& scenario);

/// As search(), one run after the other; `strategy` and `jobs` are not used, and the failure has
/// no schedule. The subject must be `real`.  Blocks.  A run in which nothing has happened for
/// `patience_max` while an operation had not returned is a deadlock: its threads cannot be
/// stopped, and stay.
SearchResult search_on_real_threads(const SearchPlan& plan, SearchProgress& progress);
constexpr Duration patience_max = std::chrono::seconds(10);
/// After so long without an event, everybody who is inside an acquire is taken to be asleep.
constexpr Duration quiet_min = std::chrono::seconds(1);

}  // namespace poolproof::sim
