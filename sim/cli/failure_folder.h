#pragma once
// What --report leaves behind, for people, programs and replay.

#include <expected>
#include <filesystem>
#include <string>

#include <poolproof/sim/report/check_report.h>

namespace poolproof::sim {

/// failure.token, scenario.toml, history.jsonl and trace.txt. Errors: what the system says.
std::expected<void, std::string> write_failure(const std::filesystem::path& folder,
                                               const ScenarioReport& scenario);

}  // namespace poolproof::sim
