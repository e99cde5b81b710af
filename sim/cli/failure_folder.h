#pragma once
// What --report leaves behind, for people, programs and replay.

#include <expected>
#include <filesystem>
#include <string>

#include <poolproof/sim/report/check_report.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

/// report.html, trace.json, trace.txt, history.jsonl, scenario.toml and, where it can be replayed,
/// failure.token (and found.token, from which it was shrunk). Runs the execution once more, to see
/// its steps. Errors: what the system says.
std::expected<void, std::string> write_failure(const std::filesystem::path& folder,
                                               const SubjectEntry& subject,
                                               const FailureReport& failure);

}  // namespace poolproof::sim
