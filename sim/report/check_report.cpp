#include <poolproof/sim/report/check_report.h>

#include <algorithm>
#include <numeric>

#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

constexpr std::string_view too_much_work = "judging it would have been too much work";

bool breaks(const std::vector<Violation>& violations, LawId law) {
  return std::ranges::find(violations, law, &Violation::law) != violations.end();
}

bool is_broken_in(const ScenarioReport& scenario, LawId law) {
  if (!scenario.failure) return false;
  return breaks(scenario.failure->violations, law) ||
         breaks(violations_found(*scenario.failure), law);
}

/// Why no run of this program can break `law` for such a pool; empty when one can.
std::string not_judged_here(const Law& law, const Capabilities& capabilities, bool virtual_time) {
  const std::string_view why = not_judged(law, capabilities, virtual_time);
  if (!why.empty()) return std::string(why);
  if (law.id == LawId::data_races && !under_tsan) {
    return "this build has no ThreadSanitizer and sees no data races";
  }
  return "";
}

std::string scenarios_that_broke(const CheckReport& report, LawId law) {
  std::string names;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (!is_broken_in(scenario, law)) continue;
    if (!names.empty()) names += ", ";
    names += scenario.scenario.name;
  }
  return names;
}

/// "in 3 of 20,000 schedules", or empty.
std::string how_often_unknown(const CheckReport& report, LawId law) {
  std::uint64_t unknown = 0;
  for (const ScenarioReport& scenario : report.scenarios)
    unknown += scenario.unknown.of(law);
  if (unknown == 0) return "";
  return "in " + grouped(unknown) + " of " +
         number_of(schedules_in(report), report.virtual_time ? "schedule" : "run");
}

/// What all scenarios together put to the test; nothing when it is not known of one.
std::optional<PremiseSet> tried_in(const CheckReport& report) {
  PremiseSet all;
  for (const ScenarioReport& scenario : report.scenarios) {
    if (scenario.schedules == 0) continue;
    if (!scenario.tried) return std::nullopt;
    all |= *scenario.tried;
  }
  return all;
}

/// Held, where something could have broken it.
LawVerdict as_far_as_tried(const Law& law, const Capabilities& capabilities,
                           std::optional<PremiseSet> tried) {
  using Status = LawVerdict::Status;
  if (!tried) return {&law, Status::held, ""};
  bool has_any = false;
  std::string missing;
  for (std::size_t i = 0; i < premises().size(); ++i) {
    const Premise& premise = premises()[i];
    if (premise.law != law.id) continue;
    if (premise.needs != nullptr && !(capabilities.*premise.needs)) continue;
    if (tried->has(i)) {
      has_any = true;
      continue;
    }
    missing.append(missing.empty() ? "" : ", ").append(premise.what);
  }
  return {&law, has_any ? Status::held : Status::not_tried, std::move(missing)};
}

LawVerdict verdict_on(const Law& law, const CheckReport& report) {
  using Status = LawVerdict::Status;
  std::string broken_in = scenarios_that_broke(report, law.id);
  if (!broken_in.empty()) return {&law, Status::broken, std::move(broken_in)};
  std::string why = not_judged_here(law, report.capabilities, report.virtual_time);
  if (!why.empty()) return {&law, Status::not_applicable, std::move(why)};
  std::string how_often = how_often_unknown(report, law.id);
  if (!how_often.empty()) return {&law, Status::unknown, std::move(how_often)};
  if (schedules_in(report) == 0) return {&law, Status::not_tried, ""};
  return as_far_as_tried(law, report.capabilities, tried_in(report));
}

}  // namespace

std::string_view to_string(ScenarioReport::Status status) noexcept {
  using Status = ScenarioReport::Status;
  switch (status) {
    case Status::not_begun:
      return "not begun";
    case Status::not_applicable:
      return "n/a";
    case Status::held:
      return "held";
    case Status::broken:
      return "broken";
    case Status::ended_early:
      return "ended early";
  }
  return "unknown";
}

std::string_view to_string(LawVerdict::Status status) noexcept {
  using Status = LawVerdict::Status;
  switch (status) {
    case Status::held:
      return "held";
    case Status::broken:
      return "broken";
    case Status::unknown:
      return "unknown";
    case Status::not_applicable:
      return "n/a";
    case Status::not_tried:
      return "not tried";
  }
  return "unknown";
}

const std::vector<Violation>& violations_found(const FailureReport& failure) noexcept {
  return failure.shrunk ? failure.shrunk->violations : failure.violations;
}

bool has_failure(const CheckReport& report) noexcept {
  return std::ranges::any_of(report.scenarios,
                             [](const auto& scenario) { return scenario.failure.has_value(); });
}

std::string_view verdict_word(const CheckReport& report) noexcept {
  if (has_failure(report)) return "broken";
  const bool is_early = std::ranges::any_of(report.scenarios, [](const ScenarioReport& scenario) {
    return scenario.status == ScenarioReport::Status::ended_early ||
           scenario.status == ScenarioReport::Status::not_begun;
  });
  return is_early ? "ended early" : "held";
}

std::uint64_t schedules_in(const CheckReport& report) noexcept {
  std::uint64_t sum = 0;
  for (const ScenarioReport& scenario : report.scenarios)
    sum += scenario.schedules;
  return sum;
}

std::vector<LawVerdict> law_verdicts(const CheckReport& report) {
  std::vector<LawVerdict> verdicts;
  for (const Law& law : laws())
    verdicts.push_back(verdict_on(law, report));
  return verdicts;
}

std::vector<LawVerdict> law_verdicts(const History& history,
                                     const std::vector<Violation>& violations, LawSet unknown) {
  using Status = LawVerdict::Status;
  std::vector<LawVerdict> verdicts;
  HistoryIndex index;
  index.build(history);
  const PremiseSet tried = premises_in(history, index);
  for (const Law& law : laws()) {
    if (breaks(violations, law.id)) {
      verdicts.push_back({&law, Status::broken, ""});
      continue;
    }
    if (unknown.has(law.id)) {
      verdicts.push_back({&law, Status::unknown, {}});
      verdicts.back().why = too_much_work;
      continue;
    }
    std::string_view why = not_judged(law, history.capabilities, history.virtual_time);
    if (law.id == LawId::data_races) why = "no history can show that there were none";
    verdicts.push_back(why.empty() ? as_far_as_tried(law, history.capabilities, tried)
                                   : LawVerdict{&law, Status::not_applicable, std::string(why)});
  }
  return verdicts;
}

}  // namespace poolproof::sim
