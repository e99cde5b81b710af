#include <poolproof/sim/cli/exhaustive_check.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/text_file.h>
#include <poolproof/sim/cli/watchdog.h>
#include <poolproof/sim/explore/tree_size.h>
#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

constexpr std::uint64_t endless = ~std::uint64_t{0};
constexpr std::size_t state_bytes_max = std::size_t{1} << 28U;

/// Of everything that a state is tied to, by FNV-1a.
std::uint32_t fingerprint_of(const CheckPlan& plan, const Scenario& scenario) {
  const std::string text =
      fmt::format("{}\n{}\n{}\n{}", plan.report.subject, to_toml(scenario),
                  plan.exploration.reduces, plan.exploration.preemptions.has_value());
  std::uint32_t hash = 2166136261U;
  for (const char byte : text)
    hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
  return hash;
}

std::string state_file_of(const CheckPlan& plan, const Scenario& scenario) {
  return plan.resume_file.empty() ? fmt::format("poolproof-{}.state", scenario.name)
                                  : plan.resume_file;
}

/// Bound after bound, where there are bounds.
class Bounds {
 public:
  Bounds(const CheckPlan& plan, const ScenarioReport& scenario, const SearchLimits& limits,
         SearchProgress& progress, const Clock& clock)
      : plan_(plan),
        scenario_(scenario),
        limits_(limits),
        progress_(progress),
        clock_(clock),
        from_(plan.from) {
    if (plan.measures_coverage) coverage_.emplace();
  }

  ExhaustiveResult run() {
    std::uint32_t bound = from_ ? from_->bound : 0;
    for (;; ++bound) {
      ExhaustiveResult result = run(bound);
      executions_ += result.state.executions;
      redundant_ += result.state.redundant;
      const auto& last = plan_.exploration.preemptions;
      const bool goes_on = last && bound < *last && result.is_complete && result.state.is_cut;
      if (!goes_on || result.failure) return result;
      from_.reset();
    }
  }

  [[nodiscard]] std::uint64_t executions() const { return executions_; }
  [[nodiscard]] std::uint64_t redundant() const { return redundant_; }
  [[nodiscard]] std::optional<ScenarioCoverage> coverage() const {
    if (!coverage_) return std::nullopt;
    return coverage_->conclude(executions_);
  }

 private:
  ExhaustiveResult run(std::uint32_t bound) {
    ExplorationLimits how = plan_.exploration;
    if (how.preemptions) how.preemptions = bound;
    const std::uint64_t count_max = scenario_.planned == 0 ? endless : scenario_.planned;
    ExhaustiveResult result =
        search_exhaustively({.subject = *plan_.subject,
                             .scenario = scenario_.scenario,
                             .limits = how,
                             .jobs = plan_.jobs,
                             .count_max = count_max - std::min(count_max, executions_),
                             .time_limit = time_left(),
                             .from = from_,
                             .coverage = coverage_ ? &*coverage_ : nullptr,
                             .worker_keeps =
                                 [] {
                                   watch_this_thread();
                                   return std::make_shared<CrashStack>();
                                 }},
                            progress_);
    result.state.bound = bound;
    return result;
  }

  [[nodiscard]] Duration time_left() const {
    if (limits_.time == Duration::max()) return limits_.time;
    return std::max(limits_.time - (clock_.now() - began_), Duration::zero());
  }

  const CheckPlan& plan_;
  const ScenarioReport& scenario_;
  const SearchLimits& limits_;
  SearchProgress& progress_;
  const Clock& clock_;
  const Instant began_ = clock_.now();
  std::optional<ExhaustiveState> from_;
  std::uint64_t executions_ = 0;
  std::uint64_t redundant_ = 0;
  std::optional<CoverageSum> coverage_;
};

ExhaustiveReport report_of(const CheckPlan& plan, const Scenario& scenario, const Bounds& bounds,
                           const ExhaustiveResult& result) {
  ExhaustiveReport report;
  report.is_complete = result.is_complete && !result.state.is_cut;
  report.is_bound_done = result.is_complete;
  report.reduces = plan.exploration.reduces && !plan.exploration.preemptions;
  report.is_unsteady = result.is_unsteady;
  report.redundant = bounds.redundant();
  report.share_done = 1 - result.state.weight_left;
  if (plan.exploration.preemptions) report.preemptions = result.state.bound;
  if (report.reduces && !result.failure)
    report.unreduced_estimate = estimated_executions(*plan.subject, scenario);
  return report;
}

/// The search is the same each time, so it comes to the same failure.
std::string command_for(const CheckPlan& plan, const ScenarioReport& scenario) {
  std::string command = check_command(plan, scenario);
  if (scenario.planned != 0) command += fmt::format(" --schedules {}", scenario.planned);
  if (!plan.resume_file.empty()) command += " --resume " + shell_word(plan.resume_file);
  return command + " --no-shrink";
}

CrashPlace crash_place_of_tree(const CheckPlan& plan, const ScenarioReport& scenario) {
  return {.place = fmt::format("subject {}, scenario {}, strategy exhaustive", plan.report.subject,
                               scenario.asked_for),
          .command = command_for(plan, scenario),
          .is_numbered = false,
          .token = TokenWriter(plan.report.subject, scenario.scenario)};
}

History first_history(const CheckPlan& plan, const Scenario& scenario) {
  Simulation simulation(*plan.subject, scenario, Depth::record);
  Exploration exploration(plan.exploration);
  simulation.set_step_listener(&exploration);
  exploration.begin(0);
  simulation.run(exploration);
  return simulation.history();
}

}  // namespace

ScenarioSearch search_scenario_exhaustively(const CheckPlan& plan, ScenarioReport& scenario,
                                            const SearchLimits& limits, SearchProgress& progress,
                                            const Clock& clock) {
  const Instant began = clock.now();
  const CrashStack crash_stack;
  std::optional<CrashReport> crash_report(crash_place_of_tree(plan, scenario));
  Bounds bounds(plan, scenario, limits, progress, clock);
  ExhaustiveResult result = bounds.run();
  scenario.elapsed = clock.now() - began;
  scenario.schedules = scenario.interleavings = bounds.executions();
  scenario.coverage = bounds.coverage();
  scenario.exhaustive = report_of(plan, scenario.scenario, bounds, result);
  scenario.status = scenario.exhaustive->is_complete ? Status::held : Status::ended_early;
  ScenarioSearch found;
  if (result.failure && !result.failure->mistake.empty()) {
    found.mistake = mistake_words(plan, scenario, *result.failure);
    return found;
  }
  if (result.failure) {
    crash_report.reset();
    scenario.failure =
        shrink_and_report(*std::move(result.failure), plan, scenario,
                          {limits.shrink_budget, command_for(plan, scenario)}, progress);
    scenario.status = Status::broken;
    found.history = scenario.failure->history;
    return found;
  }
  if (!result.state.left.empty() && !result.is_unsteady) {
    const std::string file = state_file_of(plan, scenario.scenario);
    const auto written =
        write_text_file(file, print(result.state, fingerprint_of(plan, scenario.scenario)));
    (written ? scenario.exhaustive->state_file : scenario.exhaustive->trouble) =
        written ? file : written.error();
  }
  if (limits.keeps_history) found.history = first_history(plan, scenario.scenario);
  return found;
}

std::expected<void, std::string> read_exhaustive_state(CheckPlan& plan) {
  if (plan.resume_file.empty()) return {};
  const Scenario& scenario = plan.report.scenarios.front().scenario;
  const auto text = read_text_file(plan.resume_file, state_bytes_max);
  if (!text) {
    return std::unexpected(
        fmt::format("--resume: {}; a search that is stopped or bounded writes one", text.error()));
  }
  auto state = parse_exhaustive_state(*text, fingerprint_of(plan, scenario));
  if (!state) {
    return std::unexpected(
        fmt::format("--resume {}: {}", mocks::quotation(plan.resume_file), state.error()));
  }
  plan.from = *std::move(state);
  return {};
}

}  // namespace poolproof::sim
