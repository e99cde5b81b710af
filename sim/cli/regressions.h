#pragma once
// Failures that were found once, kept as tokens in a folder, and tried before anything else.

#include <expected>
#include <string>
#include <vector>

#include <poolproof/sim/cli/check_plan.h>

namespace poolproof::sim {

/// Replays the tokens of the plan's subject and puts what became of them before its scenarios.
/// Where a schedule no longer fits the code, its scenario is to be searched instead, first of
/// all; `notes` says so, a line each. A folder that is not there has no tokens.
/// Errors: one sentence, of a file that holds no token or of an adapter's mistake.
std::expected<void, std::string> run_regressions(CheckPlan& plan, const std::string& folder,
                                                 std::string& notes);

/// Keeps the failures that are not there yet: SUBJECT.SCENARIO.CHECKSUM.token.
/// Errors: what the system says.
std::expected<void, std::string> keep_regressions(const CheckReport& report,
                                                  const std::string& folder);

}  // namespace poolproof::sim
