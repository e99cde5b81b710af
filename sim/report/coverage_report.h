#pragma once
// What a check has covered, and what none of its scenarios ever exercised.

#include <string>
#include <string_view>
#include <vector>

#include <poolproof/sim/report/check_report.h>

namespace poolproof::sim {

struct GroupCoverage {
  CoverageGroup group{};
  std::vector<std::string_view> exercised, never;  ///< in the order of coverage_items()
};

/// By group, over all scenarios of a check that measured coverage. What the pool declines is in
/// neither list.
std::vector<GroupCoverage> group_coverage(const CheckReport& report);

/// Whether any scenario has measured it.
bool has_coverage(const CheckReport& report) noexcept;

/// A line for each scenario that was tried, and what was never exercised, as a section of text.
std::string coverage_text(const CheckReport& report);

}  // namespace poolproof::sim
