#pragma once
// Carries out what CiOptions ask for.

#include <expected>
#include <string>

#include <poolproof/sim/cli/check_plan.h>

namespace poolproof::sim {

/// Leaves the scenarios that are this shard's, of those that the subject can be put through.
/// Errors: one sentence.
std::expected<void, std::string> keep_shard(std::vector<ScenarioReport>& scenarios, Shard shard);

/// Leaves out the scenarios before the one that is called `name`; none when it is empty.
/// Errors: one sentence.
std::expected<void, std::string> keep_from(std::vector<ScenarioReport>& scenarios,
                                           const std::string& name);

/// Before any work is done. Errors: one sentence.
std::expected<void, std::string> ensure_ci_writable(const CiOptions& options, bool prints_json);

/// When all is done. Errors: what the system says, with the option.
std::expected<void, std::string> write_ci_files(const CheckPlan& plan, const CiOptions& options);

/// The annotations of one scenario's failure.
std::string annotations_of(const CheckPlan& plan, const ScenarioReport& scenario);

}  // namespace poolproof::sim
