#pragma once
// What a check found out, in the formats of services that build and test.

#include <optional>
#include <string>
#include <vector>

#include <poolproof/sim/report/check_report.h>
#include <poolproof/sim/report/source_lines.h>

namespace poolproof::sim {

/// JUnit's XML: a test case for each scenario. What is not printable ASCII becomes "?".
std::string junit_xml(const CheckReport& report);

/// A broken law, with the line where it clashes, if that is known.
struct Finding {
  const ScenarioReport* scenario = nullptr;
  const Violation* violation = nullptr;
  std::optional<SourceLine> line;
};

/// SARIF 2.1.0.
std::string sarif_json(const CheckReport& report, const std::vector<Finding>& findings);

/// "::error file=...,line=...,title=...::...", one line each, as GitHub reads it from a log.
std::string github_annotations(const CheckReport& report, const std::vector<Finding>& findings);

/// The command that replays the failure; empty on real threads.
std::string replay_command_of(const FailureReport& failure);

}  // namespace poolproof::sim
