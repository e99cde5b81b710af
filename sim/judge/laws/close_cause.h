#pragma once
// Why a pool in service may close a session.

#include <string>

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

/// Whether anything that had happened by the begin of its close allows it. Benefit of every doubt
/// to the pool.
bool has_cause_to_close(const History& history, const HistoryIndex& index,
                        const SessionRecord& session);

/// ", which left less than min_size 2 open" when it had been idle for long enough, but others had
/// to stay; else "".
std::string floor_note(const History& history, const HistoryIndex& index,
                       const SessionRecord& session);

}  // namespace poolproof::sim
