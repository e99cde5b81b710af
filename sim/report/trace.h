#pragma once
// An execution as columns, one for each task, over virtual time. The same bytes for the same
// execution.

#include <span>
#include <string>
#include <vector>

#include <poolproof/sim/explore/step_log.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/sim/report/source_lines.h>
#include <poolproof/sim/scenario/recorder.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

constexpr std::size_t trace_width = 100;

/// What is shown. All of it must outlive the call it is handed to.
struct TraceSource {
  const Scenario& scenario;
  const History& history;
  std::span<const ClientName> clients;                  ///< by task
  std::span<const Violation> violations;                ///< their events are marked
  std::size_t rows_max = static_cast<std::size_t>(-1);  ///< from the middle, others are left out
  std::size_t width = trace_width;
};

/// Columns, or, when there are too many tasks for the width, one line for each event with its
/// task's name in front.
std::string print_trace(const TraceSource& source);

/// Every scheduling step, one line each: number, time, task, what it was about to do, and where
/// in the source.
std::string print_steps(std::span<const LoggedStep> steps, std::span<const std::string> names,
                        SourceLines& sources, std::size_t first = 0);

/// "lock mutex #3"; of the engine's own steps: "the timer fires".
std::string step_words(const LoggedStep& step);

/// A task's name among `names`, or "task 9".
std::string task_name(std::span<const std::string> names, TaskId task);

/// "5ms": since the beginning of virtual time.
std::string time_words(Instant at);

/// What a task is called, by task: "main", the name of its client's script with a number where
/// several bear it ("waiter 2"), or "pool" for a thread of the pool's own.
std::vector<std::string> task_names(const Scenario& scenario, std::span<const ClientName> clients);

}  // namespace poolproof::sim
