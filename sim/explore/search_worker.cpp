#include <poolproof/sim/explore/search_worker.h>

#include <algorithm>
#include <memory>
#include <utility>

namespace poolproof::sim {
namespace {

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

class Worker {
 public:
  explicit Worker(const WorkerPost& post)
      : post_(post),
        simulation_(post.plan.subject, post.plan.scenario),
        strategy_(post.plan.strategy(post.plan.seed)),
        course_(post.plan, simulation_) {
    if (post.coverage != nullptr) meter_.emplace(*post.coverage, simulation_);
  }

  // Blocks are claimed in order, so that what lies below every worker's place has been done.
  WorkerRecord run() {
    const std::uint64_t end = post_.plan.first + post_.plan.count;
    std::uint64_t at = 0;
    std::uint64_t stop = 0;
    do {
      at = post_.board.claim(post_.number);
      stop = std::min(at + SearchBoard::block, end);
      settle();
      for (; at < stop && may_go_on(at); ++at)
        execute(at);
    } while (at == stop && stop < end);
    record_.reached = at;
    record_.stacks_abandoned = simulation_.stacks_abandoned();
    return std::move(record_);
  }

 private:
  bool may_go_on(std::uint64_t at) {
    const Duration limit = post_.plan.time_limit;
    if (post_.is_stopped.load(std::memory_order_relaxed)) return false;
    if (at > post_.board.first_failure()) return false;
    return limit == Duration::max() || clock_.coarse_now() - post_.began < limit;
  }

  void execute(std::uint64_t at) {
    post_.board.note(post_.number, at);
    course_.begin(at);
    strategy_->begin(at);
    if (meter_) meter_->begin();
    simulation_.run(*strategy_);
    if (meter_) meter_->end(at - post_.plan.first);
    post_.executions.fetch_add(1, std::memory_order_relaxed);
    record_.late.push_back({at, Interleavings::hash(simulation_.schedule())});
    note_premises(at);
    if (!simulation_.unknown().empty()) record_.unknown.push_back({at, simulation_.unknown()});
    if (!has_failed(simulation_)) return;
    record_.failure = failure_of(at, simulation_);
    post_.board.fail(at);
  }

  /// A worker's executions come in order, so the first to show a premise is the one that counts.
  void note_premises(std::uint64_t execution) {
    if (simulation_.has_mistake()) return;  // Then nothing is judged, and there is no index.
    PremiseSet now = seen_;
    now |= premises_in(simulation_.history(), simulation_.index());
    if (now == seen_) return;
    seen_ = now;
    record_.tried.push_back({execution, now});
  }

  /// What all have come past counts, whatever happens. Now and then: a short search does without
  /// the large memory that takes it in.
  void settle() {
    if (record_.late.size() < late_max_) return;
    const std::uint64_t done = post_.board.all_done_before();
    std::erase_if(record_.late, [&](const Seen<std::uint64_t>& one) {
      if (one.execution < done) record_.interleavings.add(one.what);
      return one.execution < done;
    });
    late_max_ = std::max(late_max_, 2 * record_.late.size());
  }

  const WorkerPost& post_;
  const SteadyClock clock_;
  Simulation simulation_;
  const std::unique_ptr<Strategy> strategy_;
  Course course_;
  std::optional<CoverageMeter> meter_;
  PremiseSet seen_;
  WorkerRecord record_;
  std::size_t late_max_ = 4096;
};

void add(const WorkerRecord& record, std::uint64_t next, SearchResult& result) {
  result.stacks_abandoned += record.stacks_abandoned;
  for (const auto& tried : record.tried) {
    if (tried.execution < next) *result.tried |= tried.what;
  }
  for (const auto& unknown : record.unknown) {
    if (unknown.execution < next) result.unknown.add(unknown.what);
  }
}

}  // namespace

SearchBoard::SearchBoard(const SearchPlan& plan)
    : end_(plan.first + plan.count),
      workers_(workers_for(plan)),
      claimed_(plan.first),
      first_failure_(end_) {
  for (Place& place : places_)
    place.at = plan.first;
}

// The worker's place is behind for a moment, which all_done_before() may be.
std::uint64_t SearchBoard::claim(std::size_t worker) noexcept {
  const std::uint64_t begin = std::min(claimed_.fetch_add(block), end_);
  note(worker, begin);
  return begin;
}

std::uint64_t SearchBoard::all_done_before() const noexcept {
  std::uint64_t done = claimed();
  for (std::size_t i = 0; i < workers_; ++i)
    done = std::min(done, place(i));
  return done;
}

void SearchBoard::fail(std::uint64_t execution) noexcept {
  std::uint64_t first = first_failure_;
  while (execution < first && !first_failure_.compare_exchange_weak(first, execution)) {
  }
}

std::uint64_t SearchBoard::claimed() const noexcept {
  return std::min(claimed_.load(), end_);
}

std::size_t workers_for(const SearchPlan& plan) noexcept {
  const std::uint64_t blocks = (plan.count + SearchBoard::block - 1) / SearchBoard::block;
  const std::uint64_t wanted =
      std::min({std::uint64_t{plan.jobs}, blocks, std::uint64_t{SearchBoard::workers_max}});
  return static_cast<std::size_t>(std::max(wanted, std::uint64_t{1}));
}

WorkerRecord run_worker(const WorkerPost& post) {
  return Worker(post).run();
}

SearchResult merged(const SearchPlan& plan, const SearchBoard& board,
                    std::vector<WorkerRecord> records) {
  SearchResult result;
  result.next = std::min(board.claimed(), board.first_failure() + 1);
  for (WorkerRecord& record : records) {
    result.next = std::min(result.next, record.reached);
    if (record.failure && record.failure->execution == board.first_failure())
      result.failure = std::move(record.failure);
  }
  result.executions = result.next - plan.first;
  result.tried.emplace();
  Interleavings interleavings;
  for (const WorkerRecord& record : records) {
    add(record, result.next, result);
    interleavings.add(record.interleavings);
    for (const auto& late : record.late)
      if (late.execution < result.next) interleavings.add(late.what);
  }
  result.interleavings = interleavings.count();
  result.is_complete = result.failure.has_value() || result.next == plan.first + plan.count;
  return result;
}

std::optional<Failure> run_again(const SearchPlan& plan, std::uint64_t number) {
  Simulation simulation(plan.subject, plan.scenario);
  const std::unique_ptr<Strategy> strategy = plan.strategy(plan.seed);
  Course course(plan, simulation);
  course.begin(number);
  strategy->begin(number);
  simulation.run(*strategy);
  if (!has_failed(simulation)) return {};
  return failure_of(number, simulation);
}

}  // namespace poolproof::sim
