// L5: never is a waiter asleep while a connection is idle or a slot is free and nothing is under
// way that will grant it.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/backoff_bounds.h>
#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/lost_wakeup.h>
#include <poolproof/sim/judge/laws/sizes.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// A sleeping acquire whose time is not up. One whose time is up may be about to wake.
std::uint32_t sleeping_waiter(const History& history, const HistoryIndex& index,
                              const StallRecord& stall) {
  for (std::uint32_t p = stall.parked_begin; p < stall.parked_end; ++p) {
    const std::uint32_t number = index.parked[p].operation;
    const OperationRecord& operation = index.operations[number];
    if (operation.kind != Operation::acquire) continue;
    if (deadline(operation) > instant(history, stall.event)) return number;
  }
  return absent;
}

/// A pool whose own threads open sessions may have an attempt planned that the history cannot
/// show.
bool opens_for_waiters(const History& history, const HistoryIndex& index) {
  return history.capabilities.connects_lazily && !index.own_threads_connect;
}

/// Whether a pause after a refused connect may keep the slot free for now, and somebody will wake
/// by its end.
bool may_be_withheld(const History& history, const HistoryIndex& index, const StallRecord& stall) {
  const Instant now = instant(history, stall.event);
  const Instant end = pauses_until(history, index, stall.event);
  const Event& event = history.events[stall.event];
  if (event.outcome == Outcome::deadlock) return false;
  const bool is_known = event.timeout > Duration::zero();
  return end >= now && (!is_known || deadline_after(now, event.timeout) <= end);
}

}  // namespace

std::optional<LostWakeup> lost_wakeup(const History& history, const HistoryIndex& index,
                                      const StallRecord& stall) {
  if (stall.is_busy || stall.parked_begin == stall.parked_end) return std::nullopt;
  if (index.first_close_call < stall.event) return std::nullopt;
  const std::uint32_t waiter = sleeping_waiter(history, index, stall);
  if (waiter == absent) return std::nullopt;
  // What was in force before a resize that has returned excuses nobody who still sleeps.
  const Sizes sizes = sizes_between(history, index, stall.event, stall.event);
  if (stall.idle_session != absent && stall.counted <= sizes.max_lowest) {
    return LostWakeup{waiter, stall.idle_session, sizes.max_lowest};
  }
  if (stall.counted < sizes.max_lowest && opens_for_waiters(history, index) &&
      !may_be_withheld(history, index, stall)) {
    return LostWakeup{waiter, absent, sizes.max_lowest};
  }
  return std::nullopt;
}

void judge_no_lost_wakeup(const History& history, const HistoryIndex& index, Found& found) {
  for (const StallRecord& stall : index.stalls) {
    const auto lost = lost_wakeup(history, index, stall);
    if (!lost) continue;
    const OperationRecord& waiter = index.operations[lost->waiter];
    const std::string what =
        lost->idle_session != absent
            ? fmt::format("{} was idle", name(index.sessions[lost->idle_session]))
            : fmt::format("a slot was free ({} of {} used)", stall.counted, lost->max_size);
    found.push_back(
        {LawId::no_lost_wakeup,
         {waiter.call, waiter.parked, stall.event},
         fmt::format("{} slept in acquire (called at event {}) {} although {} and "
                     "nothing was under way that would wake it",
                     name(waiter.task), waiter.call, moment(history, stall.event), what)});
    return;  // It sleeps on: later stalls would say the same again.
  }
}

}  // namespace poolproof::sim
