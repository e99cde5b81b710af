#pragma once
// For tests: when two executions are the same up to the order of steps that do not matter to each
// other.

#include <map>
#include <string>

#include <fmt/format.h>

#include <poolproof/sim/judge/history.h>

namespace poolproof::subjects {

/// What each task did and was told, in its own order; the order between tasks is left out.
inline std::string seen_by_each(const sim::History& history) {
  std::map<sim::TaskId, std::string> by_task;
  for (const sim::Event& event : history.events) {
    if (event.kind == sim::EventKind::parked || event.kind == sim::EventKind::stalled) continue;
    by_task[event.task] += fmt::format(
        "{}.{}.{}.{} ", static_cast<int>(event.kind), static_cast<int>(event.operation),
        static_cast<int>(event.outcome), static_cast<unsigned>(event.session));
  }
  std::string text;
  for (const auto& [task, seen] : by_task)
    text += fmt::format("{}: {}\n", static_cast<unsigned>(task), seen);
  return text;
}

}  // namespace poolproof::subjects
