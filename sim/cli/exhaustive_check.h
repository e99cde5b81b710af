#pragma once
// One scenario of a check with --strategy exhaustive.

#include <poolproof/sim/cli/scenario_search.h>

namespace poolproof::sim {

/// As search_scenario(). When the search ends early, writes to a file where to go on.
ScenarioSearch search_scenario_exhaustively(const CheckPlan& plan, ScenarioReport& scenario,
                                            const SearchLimits& limits, SearchProgress& progress,
                                            const Clock& clock);

/// Reads plan.resume_file, if there is one. Errors: one sentence.
std::expected<void, std::string> read_exhaustive_state(CheckPlan& plan);

}  // namespace poolproof::sim
