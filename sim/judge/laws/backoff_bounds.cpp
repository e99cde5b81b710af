#include <poolproof/sim/judge/laws/backoff_bounds.h>

#include <algorithm>

#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

bool is_refused_connect(const ClientRecord& call) noexcept {
  return call.kind == ClientCall::connect && call.end != absent &&
         (call.outcome == Outcome::failed || call.outcome == Outcome::refused ||
          call.outcome == Outcome::threw);
}

Instant pauses_until(const History& history, const HistoryIndex& index, EventIndex event) {
  Instant until = Instant::min();
  event = std::min(event, static_cast<EventIndex>(history.events.size()) - 1);
  if (!history.capabilities.connect_backoff || history.config.connect_backoff == Duration::zero())
    return until;
  for (const ClientRecord& call : index.clients) {
    // Also one that timed out: the pool may know that it was in no hurry.
    const bool has_failed =
        call.kind == ClientCall::connect && call.end < event && call.outcome != Outcome::ok;
    if (!has_failed) continue;
    // The pause begins when the pool hears of it: by the next event of the task that connected.
    EventIndex heard = call.end + 1;
    while (heard < event && history.events[heard].task != call.task)
      ++heard;
    const Instant end = instant(history, heard) + slack(history);
    until = std::max(until, deadline_after(end, history.config.connect_backoff_max));
  }
  return until;
}

bool may_be_paused(const History& history, const HistoryIndex& index,
                   const OperationRecord& operation) {
  return pauses_until(history, index, operation.ret) > operation.called_at;
}

}  // namespace poolproof::sim
