#include <poolproof/sim/judge/laws/transaction_runs.h>

#include <algorithm>

namespace poolproof::sim {

std::vector<TransactionRun> runs_of(const History& history, const HistoryIndex& index) {
  std::vector<TransactionRun> runs;
  for (const EventIndex i : index.transactions) {
    const Event& event = history.events[i];
    if (event.step == TransactionStep::run) {
      runs.push_back({.run = i,
                      .task = event.task,
                      .deadline = deadline_after(event.at, event.timeout),
                      .attempts_max = event.count});
    } else if (event.step == TransactionStep::done) {
      const auto run = std::find_if(runs.rbegin(), runs.rend(), [&](const TransactionRun& one) {
        return one.task == event.task && one.done == absent;
      });
      if (run != runs.rend()) run->done = i;
    }
  }
  return runs;
}

const OperationRecord* cancel_between(const History& history, const HistoryIndex& index,
                                      TaskId task, EventIndex after, EventIndex before) {
  const auto found = std::ranges::find_if(index.operations, [&](const OperationRecord& other) {
    return other.kind == Operation::cancel && other.call > after && other.call < before &&
           static_cast<TaskId>(history.events[other.call].count) == task;
  });
  return found == index.operations.end() ? nullptr : &*found;
}

}  // namespace poolproof::sim
