// L4: a connection's state changes only as the contract says. Judged from the observer's words
// alone.
#include <utility>

#include <fmt/format.h>

#include <poolproof/sim/judge/laws/law_functions.h>
#include <poolproof/sim/judge/laws/words.h>

namespace poolproof::sim {

namespace {

std::string sentence(const History& history, const TransitionBreak& breach) {
  using Kind = TransitionBreak::Kind;
  const Event& event = history.events[breach.event];
  const std::string where =
      fmt::format("connection {} {}", event.connection, moment(history, breach.event));
  switch (breach.kind) {
    case Kind::illegal:
      return fmt::format("{} went from {} to {}: there is no such transition", where,
                         to_string(event.from), to_string(event.to));
    case Kind::discontinuous:
      return fmt::format("{} went from {} to {}, but was {} before (event {})", where,
                         to_string(event.from), to_string(event.to),
                         to_string(history.events[breach.before].to), breach.before);
    case Kind::after_closed:
      return fmt::format("{} was {} after it had been closed (event {})", where,
                         event.pool_event == PoolEventKind::state_changed
                             ? fmt::format("made {}", to_string(event.to))
                             : std::string(to_string(event.pool_event)),
                         breach.before);
    case Kind::opened_twice:
      return fmt::format("{} was opened a second time (first at event {})", where, breach.before);
    case Kind::closed_while_valid:
      if (history.events[breach.before].pool_event == PoolEventKind::opened)
        return fmt::format("{} was closed without ever having become invalid (opened at event {})",
                           where, breach.before);
      return fmt::format("{} was closed while {}: it never became invalid (event {})", where,
                         to_string(history.events[breach.before].to), breach.before);
  }
  return where;
}

}  // namespace

void judge_transitions(const History& history, const HistoryIndex& index, Found& found) {
  for (const TransitionBreak& breach : index.transition_breaks) {
    Violation violation{LawId::transitions, {}, sentence(history, breach)};
    if (breach.before != absent) violation.events.push_back(breach.before);
    violation.events.push_back(breach.event);
    found.push_back(std::move(violation));
  }
}

}  // namespace poolproof::sim
