// L13: a failed connect frees its slot, passes it to the oldest waiter, and is told to the caller
// for whom it was made.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/lost_wakeup.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

bool is_failed_connect(const ClientRecord& call) {
  return call.kind == ClientCall::connect && call.end != absent && call.outcome != Outcome::ok;
}

/// The last failed connect that ended before `event`, or absent.
std::uint32_t failed_connect_before(const HistoryIndex& index, EventIndex event) {
  std::uint32_t last = absent;
  for (std::uint32_t c = 0; c < index.clients.size(); ++c) {
    if (is_failed_connect(index.clients[c]) && index.clients[c].end < event) last = c;
  }
  return last;
}

/// A thread of the pool's own may have connected for a caller.
bool had_own_connect_failed(const HistoryIndex& index, const OperationRecord& operation) {
  for (const ClientRecord& call : index.clients) {
    if (call.is_pools_own && is_failed_connect(call) && call.end < operation.ret) return true;
  }
  return false;
}

void judge_answer(const History& history, const HistoryIndex& index,
                  const OperationRecord& operation, Found& found) {
  if (!is_acquire(operation) || operation.ret == absent) return;
  const bool says_so = operation.outcome == Outcome::connect_failed;
  if (says_so && operation.failed_connects == 0 && !had_own_connect_failed(index, operation)) {
    found.push_back({LawId::connect_errors,
                     {operation.call, operation.ret},
                     fmt::format("{} answered connect_failed {} although no connect of its own "
                                 "had failed",
                                 name(operation), moment(history, operation.ret))});
  }
  if (operation.outcome == Outcome::exhausted && operation.failed_connects != 0) {
    found.push_back({LawId::connect_errors,
                     {operation.call, operation.ret},
                     fmt::format("{} answered exhausted {} although its own connect had failed: "
                                 "the error never reached the caller",
                                 name(operation), moment(history, operation.ret))});
  }
}

}  // namespace

void judge_connect_errors(const History& history, const HistoryIndex& index, Found& found) {
  for (const OperationRecord& operation : index.operations)
    judge_answer(history, index, operation, found);
  for (const StallRecord& stall : index.stalls) {
    const auto lost = lost_wakeup(history, index, stall);
    if (!lost || lost->idle_session != absent) continue;
    const std::uint32_t failed = failed_connect_before(index, stall.event);
    const OperationRecord& waiter = index.operations[lost->waiter];
    if (failed == absent || index.clients[failed].end < waiter.call) continue;
    const ClientRecord& connect = index.clients[failed];
    found.push_back({LawId::connect_errors,
                     {connect.end, waiter.call, stall.event},
                     fmt::format("{} failed (event {}), but its slot was not passed to {}, which "
                                 "slept in acquire {}",
                                 name(connect), connect.end, name(waiter.task),
                                 moment(history, stall.event))});
    return;
  }
}

}  // namespace poolproof::sim
