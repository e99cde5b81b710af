#pragma once
// Where in the source a broken law shows.

#include <optional>
#include <span>

#include <poolproof/sim/explore/step_log.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/sim/report/source_lines.h>

namespace poolproof::sim {

/// The line of the pool that the task of the clash was in: at the last of the violation's events
/// of which one is known. Nothing without debug information, and on real threads.
std::optional<SourceLine> clash_line(const Violation& violation, const History& history,
                                     std::span<const LoggedStep> steps, SourceLines& sources);

}  // namespace poolproof::sim
