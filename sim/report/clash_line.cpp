#include <poolproof/sim/report/clash_line.h>

#include <ranges>

namespace poolproof::sim {
namespace {

/// At the latest step that the event's task took before it.
std::optional<SourceLine> line_at(std::size_t event, const History& history,
                                  std::span<const LoggedStep> steps, SourceLines& sources) {
  for (const LoggedStep& step : std::views::reverse(steps)) {
    if (step.events > event || step.task != history.events[event].task) continue;
    if (step.actor != Actor::task) continue;
    for (const SourceLine& line : sources.callers(step.calls)) {
      if (line.line != 0) return line;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<SourceLine> clash_line(const Violation& violation, const History& history,
                                     std::span<const LoggedStep> steps, SourceLines& sources) {
  for (const std::size_t event : std::views::reverse(violation.events)) {
    if (event >= history.events.size()) continue;
    if (auto line = line_at(event, history, steps, sources)) return line;
  }
  return std::nullopt;
}

}  // namespace poolproof::sim
