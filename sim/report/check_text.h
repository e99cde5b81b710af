#pragma once
// A check in words, for people. A line is at most 100 wide, unless a name or a command line is
// longer.

#include <string>

#include <poolproof/sim/report/check_report.h>

namespace poolproof::sim {

/// "hand-off   363 schedules   361 interleavings   120,000/s   held", ended. `name_width` is the
/// width of the first column.
std::string scenario_line(const ScenarioReport& scenario, const CheckReport& report,
                          std::size_t name_width);

/// The width that the first column needs.
std::size_t scenario_name_width(const CheckReport& report) noexcept;

/// The table of laws.
std::string law_table(const CheckReport& report);

/// The section "What this does not prove".
std::string what_is_not_proved(const CheckReport& report);

/// Label, name and promise of each broken law, with the sentence that says how. `token` is left
/// out when empty.
std::string violations_text(const std::vector<Violation>& violations,
                            std::string_view explanation);

}  // namespace poolproof::sim
