#include <poolproof/sim/explore/search.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>

#include <poolproof/sim/explore/interleavings.h>
#include <poolproof/sim/explore/replay.h>

namespace poolproof::sim {
namespace {

constexpr std::uint64_t block = 64;  // executions claimed at a time

struct Unknown {
  std::uint64_t execution = 0;
  LawSet laws;
};

struct Tried {
  std::uint64_t execution = 0;
  PremiseSet premises;
};

/// Sees to it that each execution is of its own scenario.
class Course {
 public:
  Course(const SearchPlan& plan, Simulation& simulation) : plan_(plan), simulation_(simulation) {}

  void begin(std::uint64_t execution) {
    if (plan_.source == nullptr) return;
    const std::uint64_t number = execution / plan_.source->each;
    if (number == number_) return;
    number_ = number;
    scenario_ = plan_.source->scenario(number);
    simulation_.put_through(scenario_);
  }

 private:
  const SearchPlan& plan_;
  Simulation& simulation_;
  Scenario scenario_;
  std::optional<std::uint64_t> number_;
};

/// What the workers of one search share.
class Search {
 public:
  Search(const SearchPlan& plan, SearchProgress& progress)
      : plan_(plan), progress_(progress), claimed_(plan.first), first_failure_(end()) {
    for (unsigned i = 0; i < std::max(plan.jobs, 1U); ++i)
      reached_.push_back(plan.first);
    if (plan.measures_coverage) coverage_.emplace();
  }

  SearchResult run() {
    {
      std::vector<std::jthread> workers;
      for (std::size_t i = 1; i < reached_.size(); ++i) {
        workers.emplace_back([this, i] { work(i); });
      }
      work(0);
    }
    return conclude();
  }

 private:
  [[nodiscard]] std::uint64_t end() const { return plan_.first + plan_.count; }

  // Blocks are claimed in order, so that what lies below every worker's place has been done.
  void work(std::size_t worker) {
    Simulation simulation(plan_.subject, plan_.scenario);
    const std::unique_ptr<Strategy> strategy = plan_.strategy(plan_.seed);
    Interleavings interleavings;
    std::vector<Unknown> unknown;
    std::optional<CoverageMeter> meter;
    if (coverage_) meter.emplace(*coverage_, simulation);
    Course course(plan_, simulation);
    PremiseSet seen;
    for (;;) {
      const std::uint64_t begin = claim(worker);
      const std::uint64_t stop = std::min(begin + block, end());
      std::uint64_t at = begin;
      for (; at < stop && may_go_on(at); ++at) {
        course.begin(at);
        strategy->begin(at);
        if (meter) meter->begin();
        simulation.run(*strategy);
        if (meter) meter->end(at - plan_.first);
        progress_.executions.fetch_add(1, std::memory_order_relaxed);
        interleavings.add(simulation.schedule());
        note_premises(at, simulation, seen);
        if (!simulation.unknown().empty()) unknown.push_back({at, simulation.unknown()});
        if (has_failed(simulation)) fail(at, simulation);
      }
      const std::scoped_lock lock(mutex_);
      reached_[worker] = at;
      if (at == stop && stop < end()) continue;
      result_.stacks_abandoned += simulation.stacks_abandoned();
      unknown_.insert(unknown_.end(), unknown.begin(), unknown.end());
      return interleavings_.add(interleavings);
    }
  }

  /// A worker's executions come in order, so the first to show a premise is the one that counts.
  void note_premises(std::uint64_t execution, const Simulation& simulation, PremiseSet& seen) {
    if (simulation.has_mistake()) return;  // Then nothing is judged, and there is no index.
    PremiseSet now = seen;
    now |= premises_in(simulation.history(), simulation.index());
    if (now == seen) return;
    seen = now;
    const std::scoped_lock lock(mutex_);
    tried_.push_back({execution, now});
  }

  std::uint64_t claim(std::size_t worker) {
    const std::scoped_lock lock(mutex_);
    const std::uint64_t begin = std::min(claimed_, end());
    claimed_ = std::min(begin + block, end());
    reached_[worker] = begin;
    return begin;
  }

  bool may_go_on(std::uint64_t at) {
    if (progress_.is_stopped.load(std::memory_order_relaxed)) return false;
    if (at > first_failure_.load(std::memory_order_relaxed)) return false;
    return plan_.time_limit == Duration::max() || clock_.coarse_now() - began_ < plan_.time_limit;
  }

  void fail(std::uint64_t execution, const Simulation& simulation) {
    const std::scoped_lock lock(mutex_);
    if (failure_ && failure_->execution < execution) return;
    failure_ = failure_of(execution, simulation);
    first_failure_ = execution;
  }

  SearchResult conclude() {
    std::uint64_t next = claimed_;
    for (const std::uint64_t reached : reached_)
      next = std::min(next, reached);
    if (failure_) next = std::min(next, failure_->execution + 1);
    result_.next = next;
    result_.executions = next - plan_.first;
    result_.interleavings = interleavings_.count();
    if (coverage_) result_.coverage = coverage_->conclude(result_.executions);
    result_.tried.emplace();
    for (const Tried& tried : tried_) {
      if (tried.execution < next) *result_.tried |= tried.premises;
    }
    for (const Unknown& unknown : unknown_) {
      if (unknown.execution < next) result_.unknown.add(unknown.laws);
    }
    result_.failure = std::move(failure_);
    result_.is_complete = result_.failure.has_value() || next == end();
    return std::move(result_);
  }

  const SearchPlan& plan_;
  SearchProgress& progress_;
  const SteadyClock clock_;
  const Instant began_ = clock_.coarse_now();

  std::mutex mutex_;
  // Guarded by mutex_.
  std::uint64_t claimed_;
  std::vector<std::uint64_t> reached_;  // by worker: all of its executions below are done
  std::optional<Failure> failure_;
  SearchResult result_;
  std::vector<Unknown> unknown_;
  std::vector<Tried> tried_;
  Interleavings interleavings_;

  std::atomic<std::uint64_t> first_failure_;
  std::optional<CoverageSum> coverage_;
};

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
  return Search(plan, progress).run();
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
