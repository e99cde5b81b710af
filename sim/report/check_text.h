#pragma once
// A check in words, for people. A line is at most 100 wide, unless a name or a command line is
// longer.

#include <string>

#include <poolproof/sim/report/check_report.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {

/// "strategy random, seed 1", or "real threads, seed 1".
std::string how_words(const CheckReport& report);

/// "3 scenarios", "2 scenarios and drawn ones" when those count as the third, "drawn scenarios".
std::string scenario_words(std::size_t number, bool has_drawn);

/// "hand-off   363 schedules   361 interleavings   120,000/s   held", ended. `name_width` is the
/// width of the first column.
std::string scenario_line(const ScenarioReport& scenario, const CheckReport& report,
                          std::size_t name_width);

/// The width that the first column needs.
std::size_t scenario_name_width(const CheckReport& report) noexcept;

/// The table of laws, after a line `title`; of a pool without the laws of transactions.
std::string law_table(std::string_view title, const std::vector<LawVerdict>& verdicts);

/// What a pass does not prove, one sentence or two for each point.
std::vector<std::string> not_proved(const CheckReport& report);
/// The same as a section of text.
std::string not_proved_text(const CheckReport& report, std::size_t width = report_width);

/// From what size to what size a failure was shrunk, and the command that finds the original.
std::string shrunk_text(const ShrinkReport& shrunk, std::size_t width = report_width);

/// Label, name and promise of each broken law, with the sentence that says how it was broken.
/// `explanation` is the engine's, or empty.
std::string violations_text(const std::vector<Violation>& violations, std::string_view explanation,
                            std::size_t width = report_width);

}  // namespace poolproof::sim
