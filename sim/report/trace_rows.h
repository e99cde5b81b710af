#pragma once
// The events of a history as the rows of a trace.

#include <string>
#include <vector>

#include <poolproof/sim/report/trace.h>

namespace poolproof::sim {

struct TraceRow {
  Instant at{};
  TaskId task = no_task;  ///< no_task: it concerns all
  std::string text;
  std::string marks;  ///< labels of the laws that clash here, joined by " "
};

/// What `event` says, in a few words, indented when it lies within an operation.
std::string event_words(const Event& event, const History& history);

/// For each event, the labels of the laws that it breaks, joined by " ".
std::vector<std::string> marks_of(const History& history, std::span<const Violation> violations);

/// Whether `event` is nobody's in particular.
bool concerns_all(const Event& event) noexcept;

/// A call and its return make one row when nothing shown lies between them. What the pool's
/// observer says is left out, but for the life of waiters and what is marked.
std::vector<TraceRow> trace_rows(const History& history, std::span<const Violation> violations);

}  // namespace poolproof::sim
