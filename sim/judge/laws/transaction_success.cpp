// T6: a transaction that nothing hinders ends as its work did.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/transaction_runs.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// Whether the event may keep a transaction from its end: a call that did not go well, an acquire
/// that got nothing.
bool is_hindrance(const Event& event) noexcept {
  const bool is_answer = event.kind == EventKind::client_end ||
                         (event.kind == EventKind::ret && event.operation == Operation::acquire);
  return is_answer && event.outcome != Outcome::ok;
}

void judge_success(const History& history, const TransactionRun& run, Found& found) {
  if (run.done == absent) return;
  const Outcome due = history.events[run.run].outcome;
  const Outcome said = history.events[run.done].outcome;
  if (said == due || instant(history, run.done) + slack(history) >= run.deadline) return;
  bool is_hindered = false;
  for_each_event(history, run, [&](EventIndex, const Event& event) {
    is_hindered = is_hindered || is_hindrance(event);
  });
  if (is_hindered) return;
  found.push_back(
      {LawId::transaction_success,
       {run.run, run.done},
       fmt::format("the transaction of {} was reported {} {} although no call had "
                   "failed and its deadline had not passed: due was {}",
                   name(run.task), to_string(said), moment(history, run.done), to_string(due))});
}

}  // namespace

void judge_transaction_success(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    judge_success(history, run, found);
}

}  // namespace poolproof::sim
