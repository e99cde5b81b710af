#include <poolproof/sim/cli/ci_files.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/failure_folder.h>
#include <poolproof/sim/cli/regressions.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/report/ci_reports.h>
#include <poolproof/sim/report/clash_line.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

/// What is broken in one scenario, each law once.
void add_findings(const CheckPlan& plan, const ScenarioReport& scenario,
                  std::vector<Finding>& findings) {
  if (!scenario.failure) return;
  const FailureReport& failure = *scenario.failure;
  const StepLog log = steps_of(*plan.subject, failure);
  SourceLines sources;
  LawSet seen;
  for (const Violation& violation : failure.violations) {
    if (seen.has(violation.law)) continue;
    seen.add(violation.law);
    findings.push_back({.scenario = &scenario,
                        .violation = &violation,
                        .line = clash_line(violation, failure.history, log.steps(), sources)});
  }
}

std::expected<void, std::string> write_for(const char* option, const std::string& file,
                                           const std::string& text) {
  const auto written = write_text_file(file, text);
  if (!written) return std::unexpected(fmt::format("{}: {}", option, written.error()));
  return {};
}

}  // namespace

std::expected<void, std::string> keep_shard(std::vector<ScenarioReport>& scenarios, Shard shard) {
  if (shard.of == 1) return {};
  const auto is_open = [](const ScenarioReport& scenario) {
    return scenario.status == ScenarioReport::Status::not_begun;
  };
  const auto open = static_cast<std::uint64_t>(std::ranges::count_if(scenarios, is_open));
  if (shard.of > open) {
    return std::unexpected(fmt::format("--shard \"{}/{}\": expected at most as many parts as {}",
                                       shard.number, shard.of, number_of(open, "scenario")));
  }
  std::uint64_t number = 0;
  std::erase_if(scenarios, [&](const ScenarioReport& scenario) {
    return is_open(scenario) && number++ % shard.of != shard.number - 1;
  });
  return {};
}

std::expected<void, std::string> keep_from(std::vector<ScenarioReport>& scenarios,
                                           const std::string& name) {
  if (name.empty()) return {};
  const auto first = std::ranges::find(scenarios, name, &ScenarioReport::asked_for);
  if (first == scenarios.end()) {
    return std::unexpected(
        fmt::format("--from {}: expected a scenario of those that are checked, as is {}",
                    mocks::quotation(name), scenarios.back().asked_for));
  }
  scenarios.erase(scenarios.begin(), first);
  return {};
}

std::expected<void, std::string> ensure_ci_writable(const CiOptions& options, bool prints_json) {
  if (options.for_github && prints_json)
    return std::unexpected("--format \"github\": goes without --json");
  for (const auto& [option, file] :
       {std::pair("--junit", options.junit_file), std::pair("--sarif", options.sarif_file)}) {
    if (file.empty()) continue;
    const auto writable = ensure_writable_file(file);
    if (!writable) return std::unexpected(fmt::format("{}: {}", option, writable.error()));
  }
  if (options.regressions_folder.empty()) return {};
  const auto writable = ensure_writable_folder(options.regressions_folder);
  if (!writable) return std::unexpected("--regressions: " + writable.error());
  return {};
}

std::expected<void, std::string> write_ci_files(const CheckPlan& plan, const CiOptions& options) {
  // The tokens first: they are what cannot be had again.
  const auto kept = keep_regressions(plan.report, options.regressions_folder);
  if (!kept) return kept;
  if (!options.junit_file.empty()) {
    const auto written = write_for("--junit", options.junit_file, junit_xml(plan.report));
    if (!written) return written;
  }
  if (options.sarif_file.empty()) return {};
  std::vector<Finding> findings;
  for (const ScenarioReport& scenario : plan.report.scenarios)
    add_findings(plan, scenario, findings);
  return write_for("--sarif", options.sarif_file, sarif_json(plan.report, findings));
}

std::string annotations_of(const CheckPlan& plan, const ScenarioReport& scenario) {
  std::vector<Finding> findings;
  add_findings(plan, scenario, findings);
  return github_annotations(plan.report, findings);
}

}  // namespace poolproof::sim
