#include <poolproof/sim/cli/scenario_search.h>

#include <algorithm>

#include <fmt/format.h>

#include <poolproof/sim/cli/crash_report.h>
#include <poolproof/sim/cli/exhaustive_check.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/explore/feedback_search.h>
#include <poolproof/sim/explore/real_search.h>
#include <poolproof/sim/explore/shrink.h>
#include <poolproof/sim/report/words.h>
#include <poolproof/sim/scenario/draw.h>
#include <poolproof/sim/scenario/fitting.h>

namespace poolproof::sim {
namespace {

using Status = ScenarioReport::Status;

constexpr std::uint64_t no_limit = std::uint64_t{1} << 62U;

CrashPlace crash_place(const CheckPlan& plan, const ScenarioReport& scenario) {
  return {.place = fmt::format("subject {}, scenario {}, seed {}", plan.report.subject,
                               scenario.asked_for, plan.report.seed),
          .command = check_command(plan, scenario) + " --schedules 1",
          .token = scenario.is_drawn
                       ? std::nullopt  // The number of the execution leads there.
                       : std::optional(TokenWriter(plan.report.subject, scenario.scenario))};
}

/// A drawn scenario, as far as the subject can be put through it.
Scenario fitted_for(const CheckPlan& plan, Scenario drawn) {
  const Capabilities& can = plan.report.capabilities;
  if (!can.exception_safe) drawn.faults.failing_allocation = 0;
  Fitting fitting = fit(drawn, can);
  // Nothing is left of it: the simplest one takes its place, so that the numbers stay.
  if (!fitting.missing.empty()) {
    fitting.scenario.clients = {
        ClientScript{.steps = {{.kind = Step::Kind::acquire}, {.kind = Step::Kind::release}}}};
  }
  return std::move(fitting.scenario);
}

Scenario drawn_for(const CheckPlan& plan, std::uint64_t number) {
  return fitted_for(
      plan, drawn_scenario(plan.report.seed, number, plan.report.capabilities.transactions));
}

/// On real threads the tasks are numbered in the order of the scenario.
std::vector<ClientName> clients_in_order(const Scenario& scenario) {
  std::vector<ClientName> clients{ClientName{}};
  for (std::size_t script = 0; script < scenario.clients.size(); ++script) {
    for (std::uint32_t copy = 0; copy < scenario.clients[script].count; ++copy) {
      clients.push_back({static_cast<std::uint16_t>(script), static_cast<std::uint16_t>(copy)});
    }
  }
  return clients;
}

FailureReport report_on(Failure failure, const CheckPlan& plan, const Scenario& scenario) {
  FailureReport report{.execution = failure.execution,
                       .scenario = scenario,
                       .token = "",
                       .explanation = std::move(failure.result.explanation),
                       .violations = std::move(failure.violations),
                       .history = std::move(failure.history),
                       .clients = {},
                       .shrunk = std::nullopt};
  if (!plan.report.virtual_time) {
    report.clients = clients_in_order(scenario);
    return report;
  }
  report.token = print_token(plan.report.subject, scenario, failure.schedule);
  // Again, to learn which task is which client.
  report.clients = replay(*plan.subject, scenario, failure.schedule).clients;
  return report;
}

std::string command_for(const CheckPlan& plan, const ScenarioReport& scenario,
                        const Failure& found) {
  if (plan.explores && scenario.is_drawn) {
    return fmt::format("{} --schedules {} --no-shrink", check_command(plan, scenario),
                       found.execution + 1);
  }
  return fmt::format("{} --first {} --schedules 1 --no-shrink", check_command(plan, scenario),
                     found.execution);
}

/// Should the pool take the program down meanwhile, the failure as it was found is not lost.
CrashPlace shrink_place(const CheckPlan& plan, const ScenarioReport& scenario,
                        const std::string& command) {
  const std::string place = crash_place(plan, scenario).place;
  return {.place = "shrinking the failure of " + place, .command = command, .is_numbered = false};
}

}  // namespace

std::string mistake_words(const CheckPlan& plan, const ScenarioReport& scenario,
                          const Failure& failure) {
  return fmt::format("subject {}, scenario {}, execution {}: {}", plan.report.subject,
                     scenario.asked_for, failure.execution, failure.mistake);
}

FailureReport shrink_and_report(Failure found, const CheckPlan& plan,
                                const ScenarioReport& scenario, ShrinkOrder order,
                                SearchProgress& progress) {
  if (!plan.report.virtual_time || order.budget == 0)
    return report_on(std::move(found), plan, scenario.scenario);
  const CrashStack crash_stack;
  const CrashReport crash_report(shrink_place(plan, scenario, order.command));
  Shrunk shrunk = shrink({.subject = *plan.subject,
                          .scenario = scenario.scenario,
                          .failure = found,
                          .budget = order.budget},
                         progress);
  FailureReport report = report_on(std::move(shrunk.failure), plan, shrunk.scenario);
  report.shrunk = {.before = shrunk.before,
                   .after = shrunk.after,
                   .executions = shrunk.executions,
                   .token = print_token(plan.report.subject, scenario.scenario, found.schedule),
                   .command = std::move(order.command),
                   .violations = std::move(found.violations)};
  return report;
}

namespace {

FeedbackPlan feedback_plan(const CheckPlan& plan, const SearchPlan& search) {
  return {.subject = *plan.subject,
          .strategy = search.strategy,
          .seed = search.seed,
          .count = search.count,
          .jobs = search.jobs,
          .time_limit = search.time_limit,
          .drawn = search.source->scenario,
          .fitted = [&plan](Scenario changed) { return fitted_for(plan, std::move(changed)); },
          .has_transactions = plan.report.capabilities.transactions};
}

/// The scenario that execution number `execution` was of.
Scenario scenario_at(const CheckPlan& plan, const ScenarioReport& scenario,
                     std::uint64_t execution) {
  return scenario.is_drawn ? drawn_for(plan, execution / schedules_of_a_drawn) : scenario.scenario;
}

History history_of(const CheckPlan& plan, const Scenario& scenario, std::uint64_t execution) {
  Simulation simulation(*plan.subject, scenario, Depth::record);
  const std::unique_ptr<Strategy> strategy =
      plan.strategy->make(plan.report.seed, plan.strategy_options);
  strategy->begin(execution);
  simulation.run(*strategy);
  return simulation.history();
}

}  // namespace

ScenarioSearch search_scenario(const CheckPlan& plan, ScenarioReport& scenario,
                               const SearchLimits& limits, SearchProgress& progress,
                               const Clock& clock) {
  if (plan.strategy->make == nullptr)
    return search_scenario_exhaustively(plan, scenario, limits, progress, clock);
  std::optional<CrashReport> crash_report(crash_place(plan, scenario));
  const bool is_simulated = plan.report.virtual_time;
  const ScenarioSource drawn{
      .scenario = [&plan](std::uint64_t number) { return drawn_for(plan, number); },
      .each = schedules_of_a_drawn};
  const bool explores = plan.explores && scenario.is_drawn;
  FeedbackResult explored;
  const Instant began = clock.now();
  const SearchPlan search_plan{
      .subject = *plan.subject,
      .scenario = scenario.scenario,
      .strategy =
          [&plan](std::uint64_t seed) { return plan.strategy->make(seed, plan.strategy_options); },
      .seed = plan.report.seed,
      .first = scenario.next,
      .count = scenario.planned == 0 ? no_limit : scenario.planned,
      .jobs = plan.jobs,
      .time_limit = limits.time,
      .measures_coverage = plan.measures_coverage,
      .source = scenario.is_drawn ? &drawn : nullptr};
  if (explores) explored = search_by_feedback(feedback_plan(plan, search_plan), progress);
  SearchResult result = explores       ? std::move(explored.result)
                        : is_simulated ? search(search_plan, progress)
                                       : search_on_real_threads(search_plan, progress);
  ScenarioSearch found;
  found.trouble = result.trouble;
  found.is_stuck = result.is_stuck;
  if (!found.trouble.empty()) return found;
  scenario.elapsed = clock.now() - began;
  scenario.schedules = result.executions;
  scenario.interleavings = std::min(result.interleavings, result.executions);
  scenario.next = result.next;
  scenario.unknown = result.unknown;
  scenario.tried = result.tried;
  scenario.coverage = result.coverage;
  // A time limit that was asked for is an end like any other; an interrupt is not.
  const bool is_interrupted = progress.is_stopped && !result.is_complete;
  scenario.status = is_interrupted ? Status::ended_early : Status::held;
  if (result.failure && !result.failure->mistake.empty()) {
    found.mistake = mistake_words(plan, scenario, *result.failure);
    return found;
  }
  if (result.failure) {
    crash_report.reset();
    std::string command = command_for(plan, scenario, *result.failure);
    ScenarioReport found_in = scenario;
    found_in.scenario =
        explores ? explored.failed : scenario_at(plan, scenario, result.failure->execution);
    scenario.failure = shrink_and_report(*std::move(result.failure), plan, found_in,
                                         {limits.shrink_budget, std::move(command)}, progress);
    scenario.status = Status::broken;
  }
  if (!limits.keeps_history || scenario.schedules == 0) return found;
  if (scenario.failure)
    found.history = scenario.failure->history;
  else if (!explores)
    found.history = is_simulated ? history_of(plan, scenario_at(plan, scenario, scenario.next - 1),
                                              scenario.next - 1)
                                 : std::move(result.last);
  return found;
}

}  // namespace poolproof::sim
