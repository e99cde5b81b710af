#pragma once
// What the laws of transactions have in common: who ran one, from when to when.

#include <vector>

#include <poolproof/sim/judge/history_index.h>
#include <poolproof/sim/judge/law.h>

namespace poolproof::sim {

/// One call of run(), from its call to its return; absent when it never returned.
struct TransactionRun {
  EventIndex run = absent;
  EventIndex done = absent;
  TaskId task = no_task;
  Instant deadline = Instant::max();
  std::uint32_t attempts_max = 0;
};

std::vector<TransactionRun> runs_of(const History& history, const HistoryIndex& index);

/// The first cancel that was meant for what `task` had under way between these events, or null.
const OperationRecord* cancel_between(const History& history, const HistoryIndex& index,
                                      TaskId task, EventIndex after, EventIndex before);

/// `act(i, event)` for each event of the run's own task, its call and its return included.
template <class Act>
void for_each_event(const History& history, const TransactionRun& run, Act act) {
  const std::size_t end = run.done == absent ? history.events.size() : std::size_t{run.done} + 1;
  for (std::size_t i = run.run; i < end; ++i) {
    if (history.events[i].task == run.task) act(static_cast<EventIndex>(i), history.events[i]);
  }
}

inline bool is_step(const Event& event, TransactionStep step) noexcept {
  return event.kind == EventKind::transaction && event.step == step;
}
/// Whether the store says that a transaction was ended by it, asked for or not.
inline bool is_end_in_store(const Event& event) noexcept {
  return is_step(event, TransactionStep::committed) ||
         is_step(event, TransactionStep::rolled_back);
}
inline bool is_statement_begin(const Event& event) noexcept {
  return event.kind == EventKind::client_begin && mocks::is_statement(event.client_call);
}
inline bool is_statement_end(const Event& event) noexcept {
  return event.kind == EventKind::client_end && mocks::is_statement(event.client_call);
}
inline bool ends_transaction(ClientCall call) noexcept {
  return call == ClientCall::commit || call == ClientCall::rollback;
}
inline bool is_begin(const Event& event) noexcept {
  return event.kind == EventKind::client_begin && event.client_call == ClientCall::begin;
}

}  // namespace poolproof::sim
