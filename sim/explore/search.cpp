#include <poolproof/sim/explore/search.h>

#include <optional>
#include <thread>
#include <utility>

#include <poolproof/sim/explore/process_search.h>
#include <poolproof/sim/explore/replay.h>
#include <poolproof/sim/explore/search_worker.h>

namespace poolproof::sim {
namespace {

/// All workers are threads, which share the variables of the code that they try: nothing but a
/// subject that is no code as it is has more than one.
SearchResult search_by_threads(const SearchPlan& plan, SearchProgress& progress) {
  const SteadyClock clock;
  const Instant began = clock.coarse_now();
  const auto board = std::make_unique<SearchBoard>(plan);
  std::optional<CoverageSum> coverage;
  if (plan.measures_coverage) coverage.emplace();
  std::vector<WorkerRecord> records(plan.subject.is_as_is ? 1 : workers_for(plan));
  const auto work = [&](std::size_t number) {
    records[number] = run_worker({.plan = plan,
                                  .board = *board,
                                  .number = number,
                                  .began = began,
                                  .executions = progress.executions,
                                  .is_stopped = progress.is_stopped,
                                  .coverage = coverage ? &*coverage : nullptr});
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < records.size(); ++i)
      threads.emplace_back(work, i);
    work(0);
  }
  SearchResult result = merged(plan, *board, std::move(records));
  if (coverage) result.coverage = coverage->conclude(result.executions);
  return result;
}

}  // namespace

bool has_failed(const Simulation& simulation) {
  return !simulation.violations().empty() || simulation.has_mistake();
}

Failure failure_of(std::uint64_t execution, const Simulation& simulation) {
  return {.execution = execution,
          .schedule = simulation.schedule(),
          .result = simulation.result(),
          .violations = simulation.violations(),
          .unknown = simulation.unknown(),
          .history = simulation.history(),
          .mistake = simulation.mistake()};
}

SearchResult search(const SearchPlan& plan, SearchProgress& progress) {
  const bool has_its_process = plan.subject.is_as_is && !plan.measures_coverage;
  if (has_its_process && workers_for(plan) > 1) return search_by_processes(plan, progress);
  return search_by_threads(plan, progress);
}

ReplayResult replay(const SubjectEntry& subject, const Scenario& scenario,
                    const Schedule& schedule, StepLog* log) {
  Simulation simulation(subject, scenario);
  if (log != nullptr) log->begin(simulation.history());
  simulation.set_step_listener(log);
  simulation.set_step_witness(log);
  Replay strategy(schedule);
  strategy.begin(0);
  simulation.run(strategy);
  ReplayResult replayed{
      .refusal = strategy.refusal(), .execution = failure_of(0, simulation), .clients = {}};
  if (replayed.refusal.empty() && !strategy.is_used_up()) {
    replayed.refusal = "the execution ended after " +
                       std::to_string(simulation.schedule().size()) +
                       " choices, the schedule has " + std::to_string(schedule.size());
  }
  for (std::uint32_t task = 0; task < tasks_max; ++task)
    replayed.clients.push_back(simulation.client(TaskId(task)));
  return replayed;
}

}  // namespace poolproof::sim
