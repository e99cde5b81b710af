#include <poolproof/sim/report/ci_reports.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

using Json = nlohmann::ordered_json;

Json rule_of(LawId id) {
  const Law& broken = law(id);
  return {{"id", broken.label},
          {"name", broken.name},
          {"shortDescription", {{"text", std::string(broken.promise)}}}};
}

Json rules_of(const std::vector<Finding>& findings) {
  Json rules = Json::array();
  for (const Law& one : laws()) {
    const bool is_broken = std::ranges::any_of(
        findings, [&](const Finding& finding) { return finding.violation->law == one.id; });
    if (is_broken) rules.push_back(rule_of(one.id));
  }
  return rules;
}

std::string sentence_of(const Finding& finding, const CheckReport& report) {
  return fmt::format("{}, scenario {}: {}", report.subject, finding.scenario->scenario.name,
                     finding.violation->sentence);
}

/// A path from the project's root stays one.
std::string address_of(const SourceLine& line) {
  return line.file.starts_with('/') ? "file://" + line.file : line.file;
}

Json location_of(const SourceLine& line) {
  return {{"physicalLocation",
           {{"artifactLocation", {{"uri", address_of(line)}}},
            {"region", {{"startLine", line.line}}}}}};
}

Json result_of(const Finding& finding, const CheckReport& report) {
  const FailureReport& failure = *finding.scenario->failure;
  Json result{{"ruleId", law(finding.violation->law).label},
              {"level", "error"},
              {"message", {{"text", sentence_of(finding, report)}}}};
  result["locations"] = Json::array();
  if (finding.line) result["locations"].push_back(location_of(*finding.line));
  result["properties"] = {{"scenario", finding.scenario->scenario.name}};
  if (!failure.token.empty()) {
    result["properties"]["token"] = failure.token;
    result["properties"]["replay"] = replay_command_of(failure);
  }
  return result;
}

/// As GitHub escapes them: in a message, and also what ends a property.
std::string escaped(std::string_view text, bool is_property) {
  std::string out;
  for (const char c : text) {
    const bool is_special =
        c == '%' || c == '\n' || c == '\r' || (is_property && (c == ':' || c == ','));
    out += is_special ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
  }
  return out;
}

}  // namespace

std::string replay_command_of(const FailureReport& failure) {
  if (failure.token.empty()) return "";
  return fmt::format("{} replay {}", shell_word(program_name()), failure.token);
}

std::string sarif_json(const CheckReport& report, const std::vector<Finding>& findings) {
  Json results = Json::array();
  for (const Finding& finding : findings)
    results.push_back(result_of(finding, report));
  const Json driver{
      {"name", "poolproof"}, {"version", POOLPROOF_VERSION}, {"rules", rules_of(findings)}};
  const Json sarif{
      {"version", "2.1.0"},
      {"runs", Json::array({{{"tool", {{"driver", driver}}}, {"results", results}}})}};
  return sarif.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string github_annotations(const CheckReport& report, const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const Law& broken = law(finding.violation->law);
    std::string place;
    if (finding.line) {
      place =
          fmt::format("file={},line={},", escaped(finding.line->file, true), finding.line->line);
    }
    std::string message = sentence_of(finding, report);
    const std::string command = replay_command_of(*finding.scenario->failure);
    if (!command.empty()) message += "\nreplay with: " + command;
    text += fmt::format("::error {}title={}::{}\n", place,
                        escaped(fmt::format("{} {} is broken", broken.label, broken.name), true),
                        escaped(message, false));
  }
  return text;
}

}  // namespace poolproof::sim
