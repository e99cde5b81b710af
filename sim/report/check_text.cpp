#include <poolproof/sim/report/check_text.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/report/capability_words.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t width = 100;

std::string broken_laws(const FailureReport& failure) {
  std::string words;
  for (const Violation& violation : failure.violations) {
    const Law& broken = law(violation.law);
    const std::string word = fmt::format("{} {}", broken.label, broken.name);
    if (words.find(word) != std::string::npos) continue;
    if (!words.empty()) words += ", ";
    words += word;
  }
  return words;
}

std::string verdict_words(const ScenarioReport& scenario, const CheckReport& report) {
  using Status = ScenarioReport::Status;
  switch (scenario.status) {
    case Status::not_applicable:
      return fmt::format("n/a: needs {}, which {} declines", scenario.missing, report.subject);
    case Status::broken:
      return fmt::format("BROKEN in execution {}: {}", scenario.failure->execution,
                         broken_laws(*scenario.failure));
    case Status::ended_early:
      return fmt::format("held so far; {} left", grouped(scenario.planned - scenario.schedules));
    case Status::held:
    case Status::not_begun:
      break;
  }
  return std::string(to_string(scenario.status));
}

std::size_t count_of(const CheckReport& report, ScenarioReport::Status status) {
  return static_cast<std::size_t>(
      std::ranges::count(report.scenarios, status, &ScenarioReport::status));
}

std::string item(const std::string& text) {
  std::string lines = wrapped(text, 4, width);
  lines[2] = '-';
  return lines;
}

std::string what_was_tried(const CheckReport& report) {
  using Status = ScenarioReport::Status;
  const std::size_t unable = count_of(report, Status::not_applicable);
  const std::size_t left = count_of(report, Status::not_begun);
  std::string text = fmt::format("Tried: {} of {}, strategy {}, seed {}.",
                                 number_of(schedules_in(report), "schedule"),
                                 number_of(report.scenarios.size() - unable - left, "scenario"),
                                 report.strategy, report.seed);
  if (unable > 0) text += fmt::format(" Not applicable: {}.", number_of(unable, "scenario"));
  if (left > 0) text += fmt::format(" Not begun: {}.", number_of(left, "scenario"));
  return text + " Nothing is said about any other.";
}

}  // namespace

std::string scenario_line(const ScenarioReport& scenario, const CheckReport& report,
                          std::size_t name_width) {
  const std::string verdict = verdict_words(scenario, report);
  const std::string& name = scenario.scenario.name;
  if (scenario.schedules == 0) return fmt::format("{:{}}  {}\n", name, name_width, verdict);
  return fmt::format("{:{}}  {:>9} schedules  {:>9} interleavings  {:>11}  {}\n", name, name_width,
                     grouped(scenario.schedules), grouped(scenario.interleavings),
                     rate(scenario.schedules, scenario.elapsed), verdict);
}

std::size_t scenario_name_width(const CheckReport& report) noexcept {
  std::size_t widest = 0;
  for (const ScenarioReport& scenario : report.scenarios)
    widest = std::max(widest, scenario.scenario.name.size());
  return widest;
}

std::string law_table(const CheckReport& report) {
  std::string text = "Laws\n";
  for (const LawVerdict& verdict : law_verdicts(report)) {
    std::string words(to_string(verdict.status));
    if (verdict.status == LawVerdict::Status::broken) words = "BROKEN in " + verdict.why;
    if (verdict.status == LawVerdict::Status::not_applicable) words += ": " + verdict.why;
    text += fmt::format("  {:3}  {:30}  {}\n", verdict.law->label, verdict.law->name, words);
  }
  return text;
}

std::string what_is_not_proved(const CheckReport& report) {
  std::string text = "What this does not prove\n";
  text += item(what_was_tried(report));
  text +=
      item(under_tsan ? "Memory order: every schedule was sequentially consistent. That is all "
                        "there is for code in which ThreadSanitizer, which this build has, finds "
                        "no data race."
                      : "Memory order: every schedule was sequentially consistent. That is all "
                        "there is for code without data races; this build has no "
                        "ThreadSanitizer and cannot see them (the tsan preset has).");
  const std::string declined = declined_words(report.capabilities);
  if (!declined.empty()) {
    std::string sentence = fmt::format("Declined by {}: {}", report.subject, declined);
    if (!report.capabilities.why.empty())
      sentence += fmt::format(" ({})", report.capabilities.why);
    text += item(sentence + ".");
  }
  text += item("Assumed: every call of the database client returns.");
  return text;
}

std::string violations_text(const std::vector<Violation>& violations,
                            std::string_view explanation) {
  std::string text;
  for (const Violation& violation : violations) {
    const Law& broken = law(violation.law);
    text += wrapped(fmt::format("{} {} is broken: {}.", broken.label, broken.name, broken.promise),
                    0, width);
    text += wrapped(violation.sentence, 2, width);
  }
  if (!explanation.empty())
    text += wrapped(fmt::format("How it ended: {}", explanation), 2, width);
  return text;
}

}  // namespace poolproof::sim
