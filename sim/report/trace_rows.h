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

/// A call and its return make one row when nothing shown lies between them. What the pool's
/// observer says is left out, but for the life of waiters and what is marked.
std::vector<TraceRow> trace_rows(const History& history, std::span<const Violation> violations);

}  // namespace poolproof::sim
