// T1: the store holds exactly the effects of the transactions reported committed, and of some of
// those reported ambiguous, each as a whole.
#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/transaction_runs.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

/// By row. What comes to nothing is left out.
using Changes = std::map<std::uint32_t, std::int64_t>;

void change(Changes& changes, const Event& event) {
  if ((changes[event.count] += event.amount) == 0) changes.erase(event.count);
}

std::string change_words(const Changes& changes) {
  if (changes.empty()) return "nothing";
  std::string text;
  for (const auto& [row, amount] : changes)
    text += fmt::format("{}row {} by {:+}", text.empty() ? "" : ", ", row, amount);
  return text;
}

/// What a run did and what it said.
struct Deeds {
  Changes committed;
  Changes claimed;
  std::vector<std::size_t> commits;  // those that changed something
};

Deeds deeds_of(const History& history, const TransactionRun& run) {
  Deeds deeds;
  std::size_t changes = 0;
  for_each_event(history, run, [&](EventIndex i, const Event& event) {
    if (event.kind != EventKind::transaction) return;
    if (event.step == TransactionStep::claims) change(deeds.claimed, event);
    if (event.step == TransactionStep::changed) {
      change(deeds.committed, event);
      ++changes;
    }
    if (event.step == TransactionStep::committed && std::exchange(changes, 0) != 0)
      deeds.commits.push_back(i);
  });
  return deeds;
}

void judge_run(const History& history, const TransactionRun& run, Found& found) {
  const Deeds deeds = deeds_of(history, run);
  const Outcome outcome =
      run.done == absent ? Outcome::ambiguous : history.events[run.done].outcome;
  const bool is_known = run.done != absent;
  const Changes nothing;
  const bool may_have = !is_known || outcome == Outcome::ok || outcome == Outcome::ambiguous;
  const bool may_lack = !is_known || outcome != Outcome::ok;
  const bool has_all = may_have && is_known && deeds.committed == deeds.claimed;
  const bool has_none = may_lack && deeds.committed == nothing;
  if (has_all || has_none || (!is_known && deeds.commits.size() <= 1)) return;
  Violation violation{LawId::atomicity, {run.run}, {}};
  violation.events.insert(violation.events.end(), deeds.commits.begin(), deeds.commits.end());
  violation.events.push_back(is_known ? run.done : violation.events.back());
  violation.sentence = fmt::format(
      "the transaction of {} was reported {} {}, which is to change {}, but {} changed {}",
      name(run.task), to_string(outcome), moment(history, run.done == absent ? run.run : run.done),
      change_words(may_have ? deeds.claimed : nothing), counted(deeds.commits.size(), "commit"),
      change_words(deeds.committed));
  found.push_back(std::move(violation));
}

/// Whatever changed the store outside of a run is nobody's.
void judge_balances(const History& history, const HistoryIndex& index, Found& found) {
  Changes missing;  // what the rows hold at the end beyond what they held and what was committed
  std::map<std::uint32_t, bool> is_seen;
  EventIndex last = absent;
  for (const EventIndex i : index.transactions) {
    Event event = history.events[i];
    if (event.step == TransactionStep::balance) {
      last = i;
      if (!std::exchange(is_seen[event.count], true)) event.amount = -event.amount;
      change(missing, event);
    } else if (event.step == TransactionStep::changed) {
      event.amount = -event.amount;
      change(missing, event);
    }
  }
  const bool is_whole = std::ranges::count_if(index.transactions, [&](EventIndex i) {
                          return is_step(history.events[i], TransactionStep::balance);
                        }) == static_cast<std::ptrdiff_t>(2 * is_seen.size());
  if (last == absent || !is_whole || missing.empty()) return;
  found.push_back({LawId::atomicity,
                   {last},
                   fmt::format("the store holds, beyond what was committed, a change of {} {}",
                               change_words(missing), moment(history, last))});
}

}  // namespace

void judge_atomicity(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransactionRun& run : runs_of(history, index))
    judge_run(history, run, found);
  judge_balances(history, index, found);
}

}  // namespace poolproof::sim
