#include <poolproof/sim/report/coverage_report.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

bool applies(const CoverageItem& item, const Capabilities& capabilities) {
  return item.needs == nullptr || capabilities.*item.needs;
}

std::string scenario_coverage_line(const ScenarioReport& scenario, std::size_t name_width) {
  const ScenarioCoverage& coverage = *scenario.coverage;
  std::string line =
      fmt::format("  {:{}}  {:>9} executions  {:>9} interleavings", scenario.scenario.name,
                  name_width, grouped(coverage.executions), grouped(coverage.distinct));
  if (!scenario.exhaustive)
    line += fmt::format("  {:>7} new in the last tenth", grouped(coverage.new_in_last_tenth));
  return line + "\n";
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

std::string group_line(const GroupCoverage& coverage) {
  const std::size_t all = coverage.exercised.size() + coverage.never.size();
  if (coverage.never.empty())
    return fmt::format("  {}: none of {}\n", to_string(coverage.group), all);
  std::string lines = wrapped(fmt::format("{}: {} of {}: {}", to_string(coverage.group),
                                          coverage.never.size(), all, joined(coverage.never)),
                              4, report_width);
  return lines.substr(2);
}

}  // namespace

std::vector<GroupCoverage> group_coverage(const CheckReport& report) {
  CoverageSet exercised;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.coverage) exercised |= scenario.coverage->exercised;
  }
  std::vector<GroupCoverage> groups(coverage_groups);
  for (std::size_t i = 0; i < coverage_groups; ++i)
    groups[i].group = static_cast<CoverageGroup>(i);
  const auto items = coverage_items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!applies(items[i], report.capabilities)) continue;
    GroupCoverage& group = groups[static_cast<std::size_t>(items[i].group)];
    (exercised[i] ? group.exercised : group.never).push_back(items[i].name);
  }
  return groups;
}

bool has_coverage(const CheckReport& report) noexcept {
  return std::ranges::any_of(report.scenarios, [](const ScenarioReport& scenario) {
    return scenario.coverage.has_value();
  });
}

std::string coverage_text(const CheckReport& report) {
  std::string text = "Coverage: interleavings up to the order of independent steps\n";
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.coverage) text += scenario_coverage_line(scenario, scenario_name_width(report));
  }
  text += "\nNever exercised\n";
  for (const GroupCoverage& group : group_coverage(report)) {
    const bool is_declined = group.exercised.empty() && group.never.empty();
    if (!is_declined) text += group_line(group);
  }
  return text;
}

}  // namespace poolproof::sim
