// T7: the database runs a transaction as it was asked for.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/transaction_runs.h>
#include <poolproof/sim/judge/laws/words.h>
#include <poolproof/sim/judge/transaction_mode.h>

namespace poolproof::sim {

namespace {

void judge_mode(const History& history, const TransactionRun& run, Found& found) {
  const std::int32_t asked = history.events[run.run].amount;
  bool has_worked = false;  // before that what begins it may still be under way
  for_each_event(history, run, [&](EventIndex i, const Event& event) {
    if (is_begin(event)) has_worked = false;
    if (is_step(event, TransactionStep::worked)) has_worked = true;
    const bool is_judged = is_step(event, TransactionStep::committed) ||
                           (has_worked && is_step(event, TransactionStep::rolled_back));
    if (!is_judged || event.amount == asked) return;
    found.push_back(
        {LawId::transaction_as_asked,
         {run.run, i},
         fmt::format("what {} asked to be {} was {} when it was {} {}", name(run.task),
                     mode_words(asked), mode_words(event.amount),
                     event.step == TransactionStep::committed ? "committed" : "rolled back",
                     moment(history, i))});
  });
}

}  // namespace

void judge_transaction_as_asked(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    judge_mode(history, run, found);
}

}  // namespace poolproof::sim
