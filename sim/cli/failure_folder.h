#pragma once
// What --report leaves behind, for people, programs and replay.

#include <expected>
#include <filesystem>
#include <string>

#include <poolproof/sim/explore/step_log.h>
#include <poolproof/sim/report/check_report.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

/// The steps of a failure: runs it once more. None on real threads.
StepLog steps_of(const SubjectEntry& subject, const FailureReport& failure);

/// report.html, trace.json, trace.txt, history.jsonl, scenario.toml and, where it can be replayed,
/// failure.token (and found.token, from which it was shrunk). Errors: what the system says.
std::expected<void, std::string> write_failure(const std::filesystem::path& folder,
                                               const std::string& subject,
                                               const FailureReport& failure, const StepLog& log);

}  // namespace poolproof::sim
