#pragma once
// The schedule of a failure, made simpler: fewest preemptions first, then the earliest common
// order.

#include <poolproof/sim/explore/shrink_trials.h>

namespace poolproof::sim {

/// Takes out what the failure does not need, in big cuts first. Cheap; what is left follows its
/// scenario through changes more easily.
void thin_out(Simulation& simulation, ShrinkTrials& trials, Found& best);

/// Looks for failures with fewer preemptions, by chance and then one change at a time, until no
/// change helps or the budget is used up.
void shrink_schedule(Simulation& simulation, ShrinkTrials& trials, Found& best);

}  // namespace poolproof::sim
