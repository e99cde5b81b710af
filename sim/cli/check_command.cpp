#include <algorithm>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include <poolproof/sim/cli/check_plan.h>
#include <poolproof/sim/cli/ci_files.h>
#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/failure_folder.h>
#include <poolproof/sim/cli/interrupt.h>
#include <poolproof/sim/cli/regressions.h>
#include <poolproof/sim/cli/scenario_search.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/cli/watchdog.h>
#include <poolproof/sim/judge/history_json.h>
#include <poolproof/sim/report/capability_words.h>
#include <poolproof/sim/report/check_text.h>
#include <poolproof/sim/report/coverage_report.h>
#include <poolproof/sim/report/json_report.h>
#include <poolproof/sim/report/program_name.h>
#include <poolproof/sim/report/progress.h>
#include <poolproof/sim/report/trace.h>
#include <poolproof/sim/report/words.h>
#include <poolproof/sim/subject/handshake.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

constexpr std::size_t trace_rows_max = 60;

ExitCode refuse_adapter(Console& console, const std::string& mistake) {
  return refuse(console, "adapter: " + mistake + " (docs/your-own-pool.md)");
}

/// The adapter's mistake in the simplest execution there is, if it makes one.
std::string shake_hands(const SubjectEntry& subject, bool is_simulated) {
  if (!is_simulated) return "";
  const CrashStack crash_stack;
  const CrashReport crash_report(
      {.place = fmt::format("subject {}, the handshake", subject.name),
       .command = fmt::format("{} check {} --schedules 1", program_name(), subject.name),
       .is_numbered = false});
  const Watchdog watchdog(CheckOptions::patience_default);
  note_execution(0);
  const std::string mistake = handshake(subject);
  return mistake.empty() ? "" : fmt::format("subject {}: {}", subject.name, mistake);
}

/// Runs a plan, scenario after scenario, and says what comes of it as it comes.
class Check {
 public:
  Check(CheckPlan plan, const CheckOptions& options, Console& console)
      : plan_(std::move(plan)), options_(options), console_(console) {}

  ExitCode run() {
    say_beginning();
    interrupt_.watch(progress_);
    run_scenarios();
    if (!mistake_.empty()) return refuse_adapter(console_, mistake_);
    if (!trouble_.empty()) return refuse(console_, trouble_);
    say_end();
    const auto written = write_files();
    if (!written) refuse(console_, written.error());
    if (has_failure(plan_.report)) return ExitCode::broken;  // It outweighs a lost file.
    if (!written) return ExitCode::bad_input;
    if (is_interrupted() || is_incomplete()) return ExitCode::ended_early;
    return ExitCode::held;
  }

 private:
  /// What real threads did cannot be replayed: of them a table says more than the first failure.
  [[nodiscard]] bool keeps_going() const {
    return options_.keep_going || !plan_.report.virtual_time;
  }

  void run_scenarios() {
    std::size_t number = 0;
    for (ScenarioReport& scenario : plan_.report.scenarios) {
      ++number;
      bool is_last = false;
      if (scenario.status == Status::not_begun) {
        const ScenarioSearch found = search(scenario, number);
        if (!found.history.events.empty()) history_ = found.history;
        mistake_ = found.mistake;
        trouble_ = found.trouble;
        if (!mistake_.empty() || !trouble_.empty()) return;
        is_last = found.is_stuck;
      }
      is_last = is_last || (scenario.failure && !keeps_going());
      say(scenario);
      if (is_last || Interrupt::has_come()) return;
    }
  }

  ScenarioSearch search(ScenarioReport& scenario, std::size_t number) {
    const ProgressLine line(
        console_.is_terminal ? &console_.err : nullptr,
        [&, done_before = interleavings(), shrunk_before = progress_.shrinking.load()] {
          return Progress{.scenario = scenario.scenario.name,
                          .number = number,
                          .of = plan_.report.scenarios.size(),
                          .schedules = progress_.executions,
                          .shrinking = progress_.shrinking - shrunk_before,
                          .interleavings = done_before,
                          .elapsed = elapsed(),
                          .left = time_left(),
                          .share_done = share_done()};
        });
    return search_scenario(plan_, scenario,
                           {.time = time_for_one(),
                            .keeps_history = keeps_history(),
                            .shrink_budget = options_.shrink_budget},
                           progress_, console_.clock);
  }

  // An interrupt that came when all was done is none.
  [[nodiscard]] bool is_interrupted() const {
    return Interrupt::has_come() && !commands_to_go_on(plan_).empty();
  }

  // An exhaustive search that was not carried to its end.
  [[nodiscard]] bool is_incomplete() const {
    return std::ranges::any_of(plan_.report.scenarios, [](const ScenarioReport& scenario) {
      return scenario.exhaustive && scenario.status == Status::ended_early;
    });
  }

  [[nodiscard]] bool keeps_history() const {
    return !options_.history_file.empty() && !has_failure(plan_.report);
  }

  [[nodiscard]] Duration elapsed() const { return console_.clock.now() - began_; }

  [[nodiscard]] Duration time_for_one() const {
    if (!plan_.time) return Duration::max();
    std::int64_t others = 0;
    bool has_drawn = false;
    for (const ScenarioReport& scenario : plan_.report.scenarios) {
      if (scenario.status != Status::not_begun) continue;
      scenario.is_drawn ? has_drawn = true : ++others;
    }
    const Duration left = std::max(*plan_.time - elapsed(), Duration::zero());
    if (others == 0) return left;
    return left / 100 * (has_drawn ? 100 - plan_.drawn_percent : 100) / others;
  }

  [[nodiscard]] std::optional<Duration> time_left() const {
    if (plan_.time) return std::max(*plan_.time - elapsed(), Duration::zero());
    if (plan_.strategy->make == nullptr) return time_left_of(progress_.share_done);
    const std::uint64_t done = progress_.executions;
    if (done == 0) return std::nullopt;
    std::uint64_t planned = 0;
    for (const ScenarioReport& scenario : plan_.report.scenarios)
      planned += scenario.planned;
    const double share = static_cast<double>(planned) / static_cast<double>(done) - 1;
    return std::chrono::duration_cast<Duration>(elapsed() * std::max(share, 0.0));
  }

  [[nodiscard]] std::optional<double> share_done() const {
    if (plan_.strategy->make != nullptr) return std::nullopt;
    return progress_.share_done;
  }

  // Of an exhaustive search: if what is left goes as fast as what was done.
  [[nodiscard]] std::optional<Duration> time_left_of(double share_done) const {
    if (share_done <= 0.001) return std::nullopt;
    return std::chrono::duration_cast<Duration>(elapsed() * std::max(1 / share_done - 1, 0.0));
  }

  [[nodiscard]] std::uint64_t interleavings() const {
    std::uint64_t sum = 0;
    for (const ScenarioReport& scenario : plan_.report.scenarios)
      sum += scenario.interleavings;
    return sum;
  }

  void say_beginning() {
    if (options_.json) return;
    const bool has_drawn = std::ranges::any_of(plan_.report.scenarios, &ScenarioReport::is_drawn);
    console_.out << fmt::format("Checking {}: {}, {}\n", plan_.report.subject,
                                scenario_words(plan_.report.scenarios.size(), has_drawn),
                                how_words(plan_.report))
                 << offer_words(plan_.subject->capabilities) << "\n"
                 << std::flush;
  }

  void say(const ScenarioReport& scenario) {
    if (options_.json) return;
    console_.out << scenario_line(scenario, plan_.report, scenario_name_width(plan_.report));
    if (scenario.failure) say_failure(scenario);
    console_.out << std::flush;
  }

  void say_failure(const ScenarioReport& scenario) {
    const FailureReport& failure = *scenario.failure;
    console_.out << "\n"
                 << violations_text(failure.violations, failure.explanation, console_.width)
                 << "\n"
                 << print_trace({.scenario = failure.scenario,
                                 .history = failure.history,
                                 .clients = failure.clients,
                                 .violations = failure.violations,
                                 .rows_max = trace_rows_max,
                                 .width = console_.width})
                 << "\n";
    if (failure.shrunk) console_.out << shrunk_text(*failure.shrunk, console_.width);
    if (!failure.token.empty())
      console_.out << "replay with: " << program_name() << " replay " << failure.token << "\n\n";
    if (options_.ci.for_github) console_.out << annotations_of(plan_, scenario);
  }

  void say_end() {
    if (options_.json) {
      console_.out << check_json(plan_.report);
    } else {
      console_.out << "\n"
                   << law_table("Laws, as far as the above goes", law_verdicts(plan_.report))
                   << "\n";
      if (has_coverage(plan_.report)) console_.out << coverage_text(plan_.report) << "\n";
      console_.out << not_proved_text(plan_.report, console_.width);
    }
    if (!is_interrupted() && !is_incomplete()) return;
    const std::string commands = commands_to_go_on(plan_);
    if (commands.empty()) return;
    (options_.json ? console_.err : console_.out)
        << (is_interrupted() ? "\nInterrupted. Go on with:\n" : "\nNot complete. Go on with:\n")
        << commands;
  }

  std::expected<void, std::string> write_files() const {
    if (!options_.history_file.empty() && !history_.events.empty()) {
      const auto written = write_text_file(options_.history_file, print(history_));
      if (!written) return written;
    }
    if (const auto written = write_ci_files(plan_, options_.ci); !written) return written;
    if (options_.report_folder.empty()) return {};
    const std::filesystem::path folder(options_.report_folder);
    for (const ScenarioReport& scenario : plan_.report.scenarios) {
      if (!scenario.failure) continue;
      const auto written = write_failure(keeps_going() ? folder / scenario.scenario.name : folder,
                                         plan_.subject->name, *scenario.failure,
                                         steps_of(*plan_.subject, *scenario.failure));
      if (!written) return written;
    }
    return write_text_file(folder / "report.json", check_json(plan_.report));
  }

  CheckPlan plan_;
  const CheckOptions& options_;
  Console& console_;
  const Instant began_ = console_.clock.now();
  History history_;
  std::string mistake_;  // the adapter's
  std::string trouble_;  // of a search
  SearchProgress progress_;
  Interrupt interrupt_;  // after progress_, which it watches
  const Watchdog watchdog_{options_.patience};
};

/// Before any work is done.
std::expected<void, std::string> ensure_writable(const CheckOptions& options) {
  if (!options.report_folder.empty()) {
    const auto writable = ensure_writable_folder(options.report_folder);
    if (!writable) return std::unexpected("--report: " + writable.error());
  }
  if (const auto writable = ensure_ci_writable(options.ci, options.json); !writable)
    return writable;
  if (options.history_file.empty()) return {};
  const auto writable = ensure_writable_file(options.history_file);
  if (!writable) return std::unexpected("--history: " + writable.error());
  return {};
}

}  // namespace

ExitCode run_check(std::span<const SubjectEntry> subjects, const CheckOptions& options,
                   Console& console) {
  auto plan = plan_check(subjects, options, std::thread::hardware_concurrency());
  if (!plan) return refuse(console, plan.error());
  if (const auto writable = ensure_writable(options); !writable) {
    return refuse(console, writable.error());
  }
  if (const std::string mistake = shake_hands(*plan->subject, plan->report.virtual_time);
      !mistake.empty())
    return refuse_adapter(console, mistake);
  std::string notes;
  if (const auto run = run_regressions(*plan, options.ci.regressions_folder, notes); !run)
    return refuse(console, run.error());
  console.err << notes;
  return Check(*std::move(plan), options, console).run();
}

}  // namespace poolproof::sim
