#pragma once
// What a pool that pauses after refused connects may put off, and for how long.

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

/// Whether a client call is a connect that the server refused. One that was given up at its
/// deadline may have been in a hurry.
bool is_refused_connect(const ClientRecord& call) noexcept;

/// The latest instant at which a pause may end that a refused connect before `event` began.
/// Instant::min() where there was none, and for pools that do not pause.
Instant pauses_until(const History& history, const HistoryIndex& index, EventIndex event);

/// Whether such a pause may lie between the call and the return of `operation`.
bool may_be_paused(const History& history, const HistoryIndex& index,
                   const OperationRecord& operation);

}  // namespace poolproof::sim
