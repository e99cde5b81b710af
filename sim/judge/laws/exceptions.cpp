// L16: whatever a client throws, the answer is an error result. L17: no data race.
#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

bool has_finished(const History& history, const HistoryIndex& index, Outcome outcome) {
  return index.finished != absent && history.events[index.finished].outcome == outcome;
}

}  // namespace

void judge_exceptions(const History& history, const HistoryIndex& index, Found& found) {
  for (const OperationRecord& operation : index.operations) {
    if (operation.ret == absent || operation.outcome != Outcome::threw) continue;
    found.push_back({LawId::exceptions,
                     {operation.call, operation.ret},
                     fmt::format("an exception came out of {} {}", name(operation),
                                 moment(history, operation.ret))});
  }
  if (!has_finished(history, index, Outcome::crashed)) return;
  found.push_back({LawId::exceptions,
                   {index.finished},
                   fmt::format("the program crashed {}", moment(history, index.finished))});
}

void judge_data_races(const History& history, const HistoryIndex& index, Found& found) {
  if (!has_finished(history, index, Outcome::data_race)) return;
  found.push_back(
      {LawId::data_races,
       {index.finished},
       fmt::format("ThreadSanitizer saw a data race {}", moment(history, index.finished))});
}

}  // namespace poolproof::sim
