#include <poolproof/sim/report/check_text.h>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/report/capability_words.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

std::string broken_laws(const FailureReport& failure) {
  std::string words;
  for (const Violation& violation : violations_found(failure)) {
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
      if (scenario.exhaustive) return "BROKEN: " + broken_laws(*scenario.failure);
      return fmt::format("BROKEN in execution {}: {}", scenario.failure->execution,
                         broken_laws(*scenario.failure));
    case Status::ended_early:
      if (scenario.exhaustive) return exhaustive_words(scenario);
      if (scenario.planned == 0) return "held so far";
      return fmt::format("held so far; {} left", grouped(scenario.planned - scenario.schedules));
    case Status::held:
      if (scenario.exhaustive) return exhaustive_words(scenario);
      break;
    case Status::not_begun:
      break;
  }
  return std::string(to_string(scenario.status));
}

/// " without metrics, drain", or nothing.
std::string without_words(const ScenarioReport& scenario) {
  if (scenario.status == ScenarioReport::Status::not_applicable || scenario.left_out.empty())
    return "";
  return fmt::format(" without {}", fmt::join(scenario.left_out, ", "));
}

std::size_t count_of(const CheckReport& report, ScenarioReport::Status status) {
  return static_cast<std::size_t>(
      std::ranges::count(report.scenarios, status, &ScenarioReport::status));
}

/// What a pool alone has no part in.
bool is_beside_the_point(const LawVerdict& verdict) {
  return verdict.status == LawVerdict::Status::not_applicable &&
         verdict.law->label.starts_with('T');
}

std::string item(const std::string& text, std::size_t width) {
  std::string lines = wrapped(text, 4, width);
  lines[2] = '-';
  return lines;
}

std::string executions(std::uint64_t number, const CheckReport& report) {
  return number_of(number, report.virtual_time ? "schedule" : "run");
}

std::string what_was_tried(const CheckReport& report) {
  using Status = ScenarioReport::Status;
  const std::size_t unable = count_of(report, Status::not_applicable);
  const std::size_t left = count_of(report, Status::not_begun);
  const bool has_drawn = std::ranges::any_of(report.scenarios, &ScenarioReport::is_drawn);
  const std::size_t tried = report.scenarios.size() - unable - left;
  std::string text = fmt::format("Tried: {} of {}, {}.", executions(schedules_in(report), report),
                                 scenario_words(tried, has_drawn), how_words(report));
  if (unable > 0) text += fmt::format(" Not applicable: {}.", number_of(unable, "scenario"));
  if (left > 0) text += fmt::format(" Not begun: {}.", number_of(left, "scenario"));
  return text + " Nothing is said about any other.";
}

std::string size_words(const ShrunkSize& size) {
  return fmt::format("{}, {}, {}", number_of(size.clients, "client"),
                     number_of(size.operations, "operation"),
                     number_of(size.preemptions, "preemption"));
}

std::string memory_order(const CheckReport& report) {
  if (!report.virtual_time) {
    return "Order: the operating system chose it; nothing is known of the orders that it did not "
           "choose.";
  }
  std::string text =
      "Memory order: every schedule was sequentially consistent. That is all there is for code "
      "without data races; ";
  return text + (under_tsan ? "ThreadSanitizer, which this build has, looked for them."
                            : "this build has no ThreadSanitizer and cannot see them (the tsan "
                              "preset has).");
}

std::string independent_steps() {
  return "Exhaustive: of schedules that differ only in the order of steps that do not depend on "
         "each other, one was run and judged.";
}

std::string_view separator(const LawVerdict& verdict) noexcept {
  if (verdict.status == LawVerdict::Status::broken) return " in ";
  if (verdict.status == LawVerdict::Status::held) return "; not tried: ";
  const bool says_how_often =
      verdict.status == LawVerdict::Status::unknown && verdict.why.starts_with("in ");
  return says_how_often ? " " : ": ";
}

std::vector<std::string> unknown_points(const CheckReport& report) {
  std::vector<std::string> points;
  for (const LawVerdict& verdict : law_verdicts(report)) {
    if (verdict.status != LawVerdict::Status::unknown) continue;
    points.push_back(
        fmt::format("Unknown: whether {} {} held {}, where judging it would have been "
                    "too much work.",
                    verdict.law->label, verdict.law->name, verdict.why));
  }
  return points;
}

}  // namespace

std::string how_words(const CheckReport& report) {
  if (!report.virtual_time) return fmt::format("real threads, seed {}", report.seed);
  return fmt::format("strategy {}, seed {}", report.strategy, report.seed);
}

std::string scenario_words(std::size_t number, bool has_drawn) {
  if (!has_drawn) return number_of(number, "scenario");
  return number <= 1 ? "drawn scenarios" : number_of(number - 1, "scenario") + " and drawn ones";
}

std::string scenario_line(const ScenarioReport& scenario, const CheckReport& report,
                          std::size_t name_width) {
  const std::string verdict = verdict_words(scenario, report) + without_words(scenario);
  std::string line = fmt::format("{:{}}", scenario.scenario.name, name_width);
  if (scenario.schedules > 0) {
    line += fmt::format("  {:>9} {}", grouped(scenario.schedules),
                        report.virtual_time ? "schedules" : "runs");
    if (report.virtual_time && !scenario.exhaustive)
      line += fmt::format("  {:>9} interleavings", grouped(scenario.interleavings));
    line += fmt::format("  {:>11}", rate(scenario.schedules, scenario.elapsed));
  }
  return line + "  " + verdict + "\n";
}

std::size_t scenario_name_width(const CheckReport& report) noexcept {
  std::size_t widest = 0;
  for (const ScenarioReport& scenario : report.scenarios)
    widest = std::max(widest, scenario.scenario.name.size());
  return widest;
}

std::string law_table(std::string_view title, const std::vector<LawVerdict>& verdicts) {
  std::string text(title);
  text += "\n";
  for (const LawVerdict& verdict : verdicts) {
    if (is_beside_the_point(verdict)) continue;
    std::string words(to_string(verdict.status));
    if (verdict.status == LawVerdict::Status::broken) words = "BROKEN";
    if (!verdict.why.empty()) {
      words += separator(verdict);
      words += verdict.why;
    }
    constexpr std::size_t indent = 39;
    std::string line = wrapped(words, indent, report_width);
    line.replace(0, indent, fmt::format("  {:3}  {:30}  ", verdict.law->label, verdict.law->name));
    text += line;
  }
  return text;
}

std::vector<std::string> not_proved(const CheckReport& report) {
  std::vector<std::string> points{what_was_tried(report), memory_order(report)};
  const std::string declined = declined_words(report.capabilities);
  if (!declined.empty()) {
    std::string point = fmt::format("Declined by {}: {}", report.subject, declined);
    if (!report.capabilities.why.empty()) point += fmt::format(" ({})", report.capabilities.why);
    points.push_back(point + ".");
  }
  for (std::string& point : unknown_points(report))
    points.push_back(std::move(point));
  if (report.strategy == "exhaustive") points.push_back(independent_steps());
  points.emplace_back("Assumed: every call of the database client returns.");
  return points;
}

std::string not_proved_text(const CheckReport& report, std::size_t width) {
  std::string text = "What this does not prove\n";
  for (const std::string& point : not_proved(report))
    text += item(point, width);
  return text;
}

std::string shrunk_text(const ShrinkReport& shrunk, std::size_t width) {
  return wrapped(fmt::format("shrunk from {} to {}", size_words(shrunk.before),
                             size_words(shrunk.after)),
                 0, width) +
         "found with: " + shrunk.command + "\n";
}

std::string violations_text(const std::vector<Violation>& violations, std::string_view explanation,
                            std::size_t width) {
  std::string text;
  const Violation* before = nullptr;
  for (const Violation& violation : violations) {
    const Law& broken = law(violation.law);
    if (before == nullptr || before->law != violation.law) {
      text +=
          wrapped(fmt::format("{} {} is broken: {}.", broken.label, broken.name, broken.promise),
                  0, width);
    }
    text += wrapped(violation.sentence, 2, width);
    before = &violation;
  }
  if (!explanation.empty())
    text += wrapped(fmt::format("How it ended: {}", explanation), 2, width);
  return text;
}

}  // namespace poolproof::sim
