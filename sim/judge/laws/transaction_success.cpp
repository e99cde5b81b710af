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
  // What is refused for what it says is in what is due.
  return is_answer && event.outcome != Outcome::ok && event.outcome != Outcome::refused;
}

void judge_success(const History& history, const TransactionRun& run, Found& found) {
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

bool is_undecided(Outcome outcome) noexcept {
  return outcome != Outcome::ok && outcome != Outcome::conflict;
}

/// Whether nobody can know what became of the transaction: the answer to its commit was not to be
/// had, or the database ended it unasked.
bool may_be_ambiguous(const History& history, const TransactionRun& run) {
  bool is_ambiguous = false;
  bool is_asked_to_end = false;
  for_each_event(history, run, [&](EventIndex, const Event& event) {
    if (is_begin(event)) is_asked_to_end = false;
    if (is_statement_begin(event) && ends_transaction(event.client_call)) is_asked_to_end = true;
    if (event.kind == EventKind::client_end && event.client_call == ClientCall::commit)
      is_ambiguous = is_ambiguous || is_undecided(event.outcome);
    const bool has_ended = is_end_in_store(event) || is_step(event, TransactionStep::undone);
    is_ambiguous = is_ambiguous || (has_ended && !is_asked_to_end);
  });
  return is_ambiguous;
}

void judge_ambiguity(const History& history, const TransactionRun& run, Found& found) {
  if (history.events[run.done].outcome != Outcome::ambiguous) return;
  if (may_be_ambiguous(history, run)) return;
  found.push_back(
      {LawId::transaction_success,
       {run.run, run.done},
       fmt::format("the transaction of {} was reported ambiguous {} although no answer "
                   "to a commit was missing",
                   name(run.task), moment(history, run.done))});
}

/// A session on which nothing was said, or the last word was a commit or a rollback that went
/// well, serves the next.
void judge_cost(const History& history, const TransactionRun& run, Found& found) {
  bool has_worked = false;
  bool is_clean = false;
  for_each_event(history, run, [&](EventIndex i, const Event& event) {
    if (event.kind == EventKind::ret && event.operation == Operation::acquire) {
      has_worked = false;
      is_clean = true;
    }
    if (is_step(event, TransactionStep::worked)) has_worked = true;
    if (is_statement_end(event)) {
      const bool stays_clean = ends_transaction(event.client_call) || is_clean;
      is_clean = event.outcome == Outcome::ok && has_worked && stays_clean;
    }
    const bool is_given_up =
        event.kind == EventKind::call && event.operation == Operation::invalidate;
    if (!is_given_up || !is_clean) return;
    found.push_back({LawId::transaction_success,
                     {run.run, i},
                     fmt::format("{} gave up session {} {} although no transaction was left "
                                 "open on it",
                                 name(run.task), static_cast<std::uint32_t>(event.session),
                                 moment(history, i))});
  });
}

}  // namespace

void judge_transaction_success(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index)) {
    judge_cost(history, run, found);
    if (run.done == absent) continue;
    const std::size_t found_before = found.size();
    judge_success(history, run, found);
    if (found.size() == found_before) judge_ambiguity(history, run, found);
  }
}

}  // namespace poolproof::sim
