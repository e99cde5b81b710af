#pragma once
// Scenarios that no pool can pass.

#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

/// Whether clients that wait without a deadline can hold all connections among them, or one drains
/// the pool of its own lease without a deadline: a deadlock that is not the pool's fault.
bool may_starve(const Scenario& scenario);

}  // namespace poolproof::sim
