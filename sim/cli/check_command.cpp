#include <thread>

#include <fmt/format.h>

#include <poolproof/sim/cli/check_plan.h>
#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/interrupt.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/trace.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

constexpr std::size_t trace_rows_max = 60;

/// Runs a plan, scenario after scenario, and says what comes of it as it comes.
class Check {
 public:
  Check(CheckPlan plan, const CheckOptions& options, Console& console)
      : plan_(std::move(plan)), options_(options), console_(console) {}

  ExitCode run() {
    say_beginning();
    interrupt_.watch(progress_);
    std::size_t left = open_scenarios();
    for (ScenarioReport& scenario : plan_.report.scenarios) {
      if (scenario.status == Status::not_begun) check(scenario, left--);
      say(scenario);
      if (Interrupt::has_come()) break;
      if (scenario.failure && !options_.keep_going) break;
    }
    say_end();
    if (has_failure(plan_.report)) return ExitCode::broken;
    return Interrupt::has_come() ? ExitCode::ended_early : ExitCode::held;
  }

 private:
  [[nodiscard]] std::size_t open_scenarios() const {
    return static_cast<std::size_t>(
        std::ranges::count(plan_.report.scenarios, Status::not_begun, &ScenarioReport::status));
  }

  void check(ScenarioReport& scenario, std::size_t scenarios_left) {
    const CrashReport crash_report({place_of(scenario), crash_command(scenario)});
    const Instant began = console_.clock.now();
    SearchResult result = search({.subject = *plan_.subject,
                                  .scenario = scenario.scenario,
                                  .strategy = plan_.strategy->make,
                                  .seed = plan_.report.seed,
                                  .first = scenario.next,
                                  .count = scenario.planned,
                                  .jobs = plan_.jobs,
                                  .time_limit = time_for(scenarios_left)},
                                 progress_);
    scenario.elapsed = console_.clock.now() - began;
    scenario.schedules = result.executions;
    scenario.interleavings = result.interleavings;
    scenario.next = result.next;
    if (result.failure)
      scenario.failure = report_on(*std::move(result.failure), scenario.scenario);
    scenario.status = scenario.failure                               ? Status::broken
                      : result.is_complete || !Interrupt::has_come() ? Status::held
                                                                     : Status::ended_early;
  }

  [[nodiscard]] Duration time_for(std::size_t scenarios_left) const {
    if (!plan_.time) return Duration::max();
    const Duration left = *plan_.time - (console_.clock.now() - began_);
    return std::max(left, Duration::zero()) / static_cast<int>(scenarios_left);
  }

  FailureReport report_on(Failure failure, const Scenario& scenario) const {
    // Again, to learn which task is which client.
    ReplayResult again = replay(*plan_.subject, scenario, failure.schedule);
    return {.execution = failure.execution,
            .token = print_token(plan_.report.subject, scenario, failure.schedule),
            .explanation = std::move(failure.result.explanation),
            .violations = std::move(failure.violations),
            .history = std::move(failure.history),
            .clients = std::move(again.clients)};
  }

  [[nodiscard]] std::string place_of(const ScenarioReport& scenario) const {
    return fmt::format("subject {}, scenario {}, seed {}", plan_.report.subject,
                       scenario.asked_for, plan_.report.seed);
  }

  [[nodiscard]] std::string crash_command(const ScenarioReport& scenario) const {
    return fmt::format("poolproof check {} --scenario {} --seed {} --schedules 1",
                       plan_.report.subject, shell_word(scenario.asked_for), plan_.report.seed);
  }

  void say_beginning() {
    console_.out << fmt::format("Checking {}: {}, strategy {}, seed {}\n\n", plan_.report.subject,
                                number_of(plan_.report.scenarios.size(), "scenario"),
                                plan_.report.strategy, plan_.report.seed)
                 << std::flush;
  }

  void say(const ScenarioReport& scenario) {
    console_.out << scenario_line(scenario, plan_.report, scenario_name_width(plan_.report));
    if (scenario.failure) say_failure(scenario);
    console_.out << std::flush;
  }

  void say_failure(const ScenarioReport& scenario) {
    const FailureReport& failure = *scenario.failure;
    console_.out << "\n"
                 << violations_text(failure.violations, failure.explanation) << "\n"
                 << print_trace({.scenario = scenario.scenario,
                                 .history = failure.history,
                                 .clients = failure.clients,
                                 .violations = failure.violations,
                                 .rows_max = trace_rows_max})
                 << "\nreplay with: poolproof replay " << failure.token << "\n\n";
  }

  void say_end() {
    console_.out << "\n" << law_table(plan_.report) << "\n" << what_is_not_proved(plan_.report);
    if (Interrupt::has_come()) {
      console_.out << "\nInterrupted. Go on with:\n" << commands_to_go_on(plan_);
    }
  }

  CheckPlan plan_;
  const CheckOptions& options_;
  Console& console_;
  const Instant began_ = console_.clock.now();
  SearchProgress progress_;
  Interrupt interrupt_;  // after progress_, which it watches
};

}  // namespace

ExitCode run_check(std::span<const SubjectEntry> subjects, const CheckOptions& options,
                   Console& console) {
  auto plan = plan_check(subjects, options, std::thread::hardware_concurrency());
  if (!plan) return refuse(console, plan.error());
  return Check(*std::move(plan), options, console).run();
}

}  // namespace poolproof::sim
