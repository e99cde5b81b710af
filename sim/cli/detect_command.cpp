#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/choice.h>
#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/strategies.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/cli/watchdog.h>
#include <poolproof/sim/explore/detection.h>
#include <poolproof/sim/explore/small_enough.h>
#include <poolproof/sim/report/detection_report.h>
#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/scenario/fitting.h>

namespace poolproof::sim {
namespace {

/// Takes a pool through every strategy and seed that was asked for.
class Detect {
 public:
  Detect(const SubjectEntry& subject, const std::vector<Scenario>& scenarios,
         const DetectOptions& options, Console& console)
      : subject_(subject),
        scenarios_(scenarios),
        options_(options),
        console_(console),
        detector_(subject, scenarios) {
    report_.subject = subject.name;
    report_.about = subject.about;
    report_.scenarios = detector_.scenarios();
    report_.schedules_max = options.schedules;
  }

  ExitCode run() {
    const Watchdog watchdog(CheckOptions::patience_default);
    for (const StrategyEntry& strategy : strategies()) {
      if (is_wanted(strategy)) run(strategy);
    }
    if (options_.json) console_.out << detection_json(report_);
    return has_failure(report_) ? ExitCode::broken : ExitCode::held;
  }

 private:
  [[nodiscard]] bool is_wanted(const StrategyEntry& strategy) const {
    if (strategy.make == nullptr) return false;  // It has no seeds.
    return options_.strategies.empty() ||
           std::ranges::find(options_.strategies, strategy.name) != options_.strategies.end();
  }

  void run(const StrategyEntry& strategy) {
    if (!options_.json) console_.out << strategy.name << "\n" << std::flush;
    const CrashReport crash_report(
        {.place = fmt::format("subject {}, strategy {}", subject_.name, strategy.name),
         .command = fmt::format("{} detect {} --strategy {}", program_name(), subject_.name,
                                strategy.name)});
    StrategyReport& found = report_.strategies.emplace_back();
    found.strategy = strategy.name;
    std::uint64_t misses = 0;
    for (std::uint64_t i = 0; i < options_.seeds && misses < misses_max(); ++i) {
      SeedReport report = run(strategy, options_.seed + i);
      if (!report.detection.is_found) ++misses;
      if (report.detection.is_found && i == misses) shrink_into(report);
      found.seeds.push_back(std::move(report));
      if (!options_.json) console_.out << seed_line(found.seeds.back()) << std::flush;
    }
  }

  SeedReport run(const StrategyEntry& strategy, std::uint64_t seed) {
    const Instant began = console_.clock.now();
    SeedReport report;
    report.detection = detector_.detect(
        [&](std::uint64_t from) { return strategy.make(from, {}); }, seed, options_.schedules);
    report.elapsed = console_.clock.now() - began;
    if (report.detection.is_found) {
      report.token = print_token(subject_.name, scenario_of(report.detection),
                                 report.detection.failure.schedule);
    }
    return report;
  }

  [[nodiscard]] const Scenario& scenario_of(const Detection& detection) const {
    return *std::ranges::find(scenarios_, detection.scenario, &Scenario::name);
  }

  void shrink_into(SeedReport& report) {
    SearchProgress progress;
    Shrunk shrunk = shrink({.subject = subject_,
                            .scenario = scenario_of(report.detection),
                            .failure = report.detection.failure},
                           progress);
    report.why_not_smaller = why_not_smaller(subject_, shrunk);
    report.shrunk = shrunk.after;
    report.shrunk_token = print_token(subject_.name, shrunk.scenario, shrunk.failure.schedule);
  }

  [[nodiscard]] std::uint64_t misses_max() const {
    return options_.give_up == 0 ? options_.seeds : options_.give_up;
  }

  const SubjectEntry& subject_;
  const std::vector<Scenario>& scenarios_;
  const DetectOptions& options_;
  Console& console_;
  Detector detector_;
  DetectionReport report_;
};

}  // namespace

ExitCode run_detect(std::span<const SubjectEntry> subjects, const DetectOptions& options,
                    Console& console) {
  const auto subject = choose_subject(subjects, options.subject);
  if (!subject) return refuse(console, subject.error());
  if (!(*subject)->simulated) {
    return refuse(console, fmt::format("subject {}: runs on real threads only, and detect counts "
                                       "schedules",
                                       mocks::quotation((*subject)->name)));
  }
  auto chosen = choose_scenarios(options.scenarios, options.seed, (*subject)->capabilities);
  if (!chosen) return refuse(console, chosen.error());
  std::vector<Scenario> scenarios;
  for (ChosenScenario& one : *chosen) {
    if (one.is_drawn)
      return refuse(console, "--scenario drawn: detect counts the schedules of scenarios by name");
    Fitting fitting = fit(one.scenario, (*subject)->capabilities);
    if (fitting.missing.empty()) scenarios.push_back(std::move(fitting.scenario));
  }
  if (scenarios.empty()) {
    return refuse(console,
                  fmt::format("--scenario {}: needs what {} declines, so there is nothing "
                              "to detect",
                              mocks::quotation(chosen->front().asked_for), (*subject)->name));
  }
  return Detect(**subject, scenarios, options, console).run();
}

}  // namespace poolproof::sim
