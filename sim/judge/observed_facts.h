#pragma once
// The part of the index that follows from what the pool's own observer said: waiters and who
// overtook them, and changes of state that cannot be.

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

/// Fills `waiters` and `transition_breaks` from `observed`, which is sorted.
void follow_observer(const History& history, HistoryIndex& index);

}  // namespace poolproof::sim
