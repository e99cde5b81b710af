// L14: no deadlock, no livelock; every operation returns, and only acquire and drain wait for
// leases to end.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// "task 1 in acquire since event 7, task 2 in release since event 9"
std::string stuck(const HistoryIndex& index, std::vector<std::size_t>& events) {
  std::string names;
  for (const OperationRecord& operation : index.operations) {
    if (operation.ret != absent) continue;
    events.push_back(operation.call);
    names += fmt::format("{}{} in {} since event {}", names.empty() ? "" : ", ",
                         name(operation.task), to_string(operation.kind), operation.call);
  }
  return names.empty() ? "no task is in an operation of the pool" : names;
}

void judge_end(const History& history, const HistoryIndex& index, Found& found) {
  if (index.finished == absent) return;
  const Outcome outcome = history.events[index.finished].outcome;
  // L16's to tell, unless the pool declines it: then nobody else would.
  if (outcome == Outcome::crashed && !history.capabilities.exception_safe) {
    found.push_back({LawId::progress,
                     {index.finished},
                     fmt::format("the program crashed {}", moment(history, index.finished))});
    return;
  }
  const bool is_stuck = outcome == Outcome::deadlock || outcome == Outcome::livelock;
  const bool is_unfinished = outcome == Outcome::ok && index.operations_open != 0;
  if (!is_stuck && !is_unfinished) return;
  Violation violation{LawId::progress, {}, {}};
  const std::string who = stuck(index, violation.events);
  violation.events.push_back(index.finished);
  violation.sentence =
      is_stuck ? fmt::format("{} {}: {}", to_string(outcome), moment(history, index.finished), who)
               : fmt::format("never returned: {}", who);
  found.push_back(std::move(violation));
}

/// Whether an operation may sleep while leases are out and no client call is under way.
bool may_sleep(Operation kind) noexcept {
  switch (kind) {
    case Operation::acquire:
    case Operation::drain:
    case Operation::destroy:          // Its pool may not outlive the leases.
    case Operation::ensure_min_size:  // May pause between two attempts.
    case Operation::health_check:
      return true;
    default:
      return false;
  }
}

/// An operation that sleeps although no client call is under way and leases are out: it waits for
/// them.
void judge_stall(const History& history, const HistoryIndex& index, const StallRecord& stall,
                 Found& found) {
  if (stall.calls_under_way != 0 || stall.leases_out == 0) return;
  for (std::uint32_t p = stall.parked_begin; p < stall.parked_end; ++p) {
    const OperationRecord& operation = index.operations[index.parked[p].operation];
    if (may_sleep(operation.kind)) continue;
    found.push_back({LawId::progress,
                     {operation.call, index.parked[p].since, stall.event},
                     fmt::format("{} slept {} with {} out: only acquire and drain may wait for "
                                 "leases to end",
                                 name(operation), moment(history, stall.event),
                                 counted(stall.leases_out, "lease"))});
    return;
  }
}

}  // namespace

void judge_progress(const History& history, const HistoryIndex& index, Found& found) {
  judge_end(history, index, found);
  if (!history.virtual_time) return;
  for (const StallRecord& stall : index.stalls) {
    const std::size_t before = found.size();
    judge_stall(history, index, stall, found);
    if (found.size() != before) return;
  }
}

}  // namespace poolproof::sim
