#pragma once
// Looks for a schedule that breaks a law: execution after execution of one scenario, on as many
// cores as asked for.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/sim/explore/coverage_meter.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/sim/explore/step_log.h>
#include <poolproof/sim/judge/premises.h>

namespace poolproof::sim {

/// Makes a strategy from a seed. Each worker of a search has its own.
using StrategyFactory = std::function<std::unique_ptr<Strategy>(std::uint64_t seed)>;

/// Many scenarios in the place of one, each of them `each` executions long: number n is that of
/// executions n * each to n * each + each - 1. Any thread.
struct ScenarioSource {
  std::function<Scenario(std::uint64_t number)> scenario;
  std::uint64_t each = 1;
};

/// Executions first to first + count - 1 of `scenario`, or of those that `source` has.
struct SearchPlan {
  const SubjectEntry& subject;
  const Scenario& scenario;
  StrategyFactory strategy;
  std::uint64_t seed = 1;
  std::uint64_t first = 0;
  std::uint64_t count = 1;
  unsigned jobs = 1;
  Duration time_limit = Duration::max();  ///< of real time
  bool measures_coverage = false;
  const ScenarioSource* source = nullptr;
};

/// An execution that broke a law, or in which the adapter made a mistake.
struct Failure {
  std::uint64_t execution = 0;
  Schedule schedule;
  ExecutionResult result;
  std::vector<Violation> violations;
  LawSet unknown;
  History history;
  std::string mistake;  ///< the adapter's, in one sentence: then no law is broken
};

/// Whether the last execution of `simulation` is a Failure.
bool has_failed(const Simulation& simulation);
/// What the last execution of `simulation`, its number `execution`, broke.
Failure failure_of(std::uint64_t execution, const Simulation& simulation);

struct SearchResult {
  /// Executions judged, counted without gap from the first: all before `next` are done.
  std::uint64_t executions = 0;
  std::uint64_t next = 0;           ///< where to go on
  std::uint64_t interleavings = 0;  ///< different schedules among them, to within 1 %
  std::uint64_t stacks_abandoned = 0;
  LawCounts unknown;         ///< in how many of `executions` nothing is known of a law
  bool is_stuck = false;     ///< threads of a deadlock on real threads are still there
  bool is_complete = false;  ///< all were done, or a failure was found
  std::optional<Failure>
      failure;  ///< the first, in order of execution: the same with any number of jobs
  std::optional<PremiseSet> tried;           ///< what `executions` put to the test, when known
  std::optional<ScenarioCoverage> coverage;  ///< of `executions`, when it was measured
  History last;  ///< on real threads, where it cannot be had again: of the last run
  /// Why nothing can be said, in one sentence: a process of the search was lost, or what it found
  /// did not show again in this one. Then nothing else counts.
  std::string trouble;
};

/// What is known while a search is under way. Read by any thread.
struct SearchProgress {
  std::atomic<std::uint64_t> executions{0};
  std::atomic<std::uint64_t> shrinking{0};  ///< executions spent on shrinking failures
  std::atomic<double> share_done{0};        ///< of an exhaustive search, as estimated
  std::atomic<bool> is_stopped{
      false};  ///< set it to end the search after the executions under way
};

/// Blocks until done, stopped, or out of time. Uses `jobs` threads of its own; for code as it is,
/// whose variables are the process's, `jobs` processes of its own (process_search.h).
SearchResult search(const SearchPlan& plan, SearchProgress& progress);

/// One execution of a recorded schedule; `refusal` is empty when it fitted from beginning to end.
struct ReplayResult {
  std::string refusal;
  Failure execution;                ///< with no violations when all laws held
  std::vector<ClientName> clients;  ///< by task
};
/// Each step is written to `log`, unless it is nullptr.
ReplayResult replay(const SubjectEntry& subject, const Scenario& scenario,
                    const Schedule& schedule, StepLog* log = nullptr);

}  // namespace poolproof::sim
