#pragma once
// The part of L11 that is about what an acquire says when it gives no lease.

#include <poolproof/sim/judge/laws/law_functions.h>

namespace poolproof::sim {

void judge_refusals(const History& history, const HistoryIndex& index, Found& found);

}  // namespace poolproof::sim
