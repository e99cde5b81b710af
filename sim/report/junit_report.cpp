#include <fmt/format.h>

#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/ci_reports.h>
#include <poolproof/sim/report/trace.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

constexpr std::size_t junit_rows_max = 60;

/// For text and attributes; XML has no way to write most control characters.
std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += '\n';
        break;
      default:
        out += c >= ' ' && c <= '~' ? c : '?';
    }
  }
  return out;
}

double in_seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string failure_element(const FailureReport& failure) {
  const Violation& first = failure.violations.front();
  const Law& broken = law(first.law);
  std::string text = violations_text(failure.violations, failure.explanation) + "\n" +
                     print_trace({.scenario = failure.scenario,
                                  .history = failure.history,
                                  .clients = failure.clients,
                                  .violations = failure.violations,
                                  .rows_max = junit_rows_max});
  const std::string command = replay_command_of(failure);
  if (!command.empty()) text += "\nreplay with: " + command + "\n";
  return fmt::format("      <failure type=\"{} {}\" message=\"{}\">{}</failure>\n", broken.label,
                     xml(broken.name), xml(first.sentence), xml(text));
}

/// Why a scenario says neither that it held nor that it broke; empty if it does.
std::string skipped_words(const ScenarioReport& scenario, const CheckReport& report) {
  if (scenario.status == Status::not_applicable)
    return fmt::format("needs {}, which {} declines", scenario.missing, report.subject);
  if (scenario.status == Status::not_begun) return "not begun: the check ended before";
  if (scenario.status == Status::ended_early) return "held so far, but was not carried to its end";
  return "";
}

std::string test_case(const ScenarioReport& scenario, const CheckReport& report) {
  std::string text =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n",
                  xml(report.subject), xml(scenario.scenario.name), in_seconds(scenario.elapsed));
  if (scenario.failure) text += failure_element(*scenario.failure);
  const std::string skipped = skipped_words(scenario, report);
  if (!skipped.empty()) text += fmt::format("      <skipped message=\"{}\"/>\n", xml(skipped));
  return text + "    </testcase>\n";
}

}  // namespace

std::string junit_xml(const CheckReport& report) {
  std::size_t failures = 0;
  std::size_t skipped = 0;
  double time = 0;
  std::string cases;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.failure) ++failures;
    if (!skipped_words(scenario, report).empty()) ++skipped;
    time += in_seconds(scenario.elapsed);
    cases += test_case(scenario, report);
  }
  const std::string counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" time=\"{:.3f}\"",
                  report.scenarios.size(), failures, skipped, time);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n"
      "  <testsuite name=\"poolproof.{}\" {}>\n{}  </testsuite>\n</testsuites>\n",
      counts, xml(report.subject), counts, cases);
}

}  // namespace poolproof::sim
