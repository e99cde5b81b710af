#include <poolproof/sim/judge/laws/transaction_runs.h>

#include <algorithm>

namespace poolproof::sim {

namespace {

void add_cancels(const History& history, const HistoryIndex& index,
                 std::vector<TransactionRun>& runs) {
  for (const OperationRecord& operation : index.operations) {
    if (operation.kind != Operation::cancel) continue;
    const auto task = static_cast<TaskId>(history.events[operation.call].count);
    const auto run = std::ranges::find_if(runs, [&](const TransactionRun& one) {
      return one.task == task && one.run < operation.call && operation.call < one.done;
    });
    if (run == runs.end() || run->cancel != absent) continue;
    run->cancel = operation.call;
    run->cancelled = operation.ret;
  }
}

}  // namespace

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
  if (!runs.empty()) add_cancels(history, index, runs);
  return runs;
}

}  // namespace poolproof::sim
