#include <poolproof/sim/explore/exhaustive_search.h>

#include <algorithm>
#include <mutex>
#include <thread>

namespace poolproof::sim {
namespace {

/// More than there are cores, so that none is idle for long; few, because all of the first choices
/// are explored, and the reduction works behind them only. Not up to `jobs`: what is found is not,
/// either.
constexpr std::size_t branches_min = 24;

bool is_beyond_bound(const PathNode& node) {
  return std::ranges::any_of(node.actors, [](const PathNode::Option& option) {
    return option.state == PathNode::State::beyond_bound;
  });
}

ExhaustiveState beginning(const ExhaustivePlan& plan) {
  ExhaustiveState state;
  state.left = split(plan.subject, plan.scenario, plan.limits, branches_min);
  for (const Branch& branch : state.left) {
    state.is_cut = state.is_cut || std::ranges::any_of(branch.path, is_beyond_bound);
  }
  return state;
}

class ExhaustiveSearch {
 public:
  ExhaustiveSearch(const ExhaustivePlan& plan, SearchProgress& progress)
      : plan_(plan),
        progress_(progress),
        state_(plan.from ? *plan.from : beginning(plan)),
        weight_of_one_(state_.weight_left / static_cast<double>(state_.left.size())),
        first_failure_(state_.left.size()) {
    is_done_.resize(state_.left.size());
  }

  ExhaustiveResult run() {
    {
      std::vector<std::jthread> workers;
      for (unsigned i = 1; i < plan_.jobs; ++i)
        workers.emplace_back([this] { work(); });
      work();
    }
    return conclude();
  }

 private:
  void work() {
    const std::shared_ptr<void> kept = plan_.worker_keeps ? plan_.worker_keeps() : nullptr;
    Simulation simulation(plan_.subject, plan_.scenario);
    Exploration exploration(plan_.limits);
    simulation.set_step_listener(&exploration);
    std::optional<CoverageMeter> meter;
    if (plan_.coverage != nullptr) meter.emplace(*plan_.coverage, simulation, &exploration);
    for (std::size_t branch = claim(); may_go_on(branch); branch = claim())
      explore(branch, simulation, exploration, meter);
    const std::scoped_lock lock(mutex_);
    result_.stacks_abandoned += simulation.stacks_abandoned();
  }

  std::size_t claim() { return claimed_.fetch_add(1); }

  [[nodiscard]] bool may_go_on(std::size_t branch) {
    if (branch > first_failure_.load(std::memory_order_relaxed)) return false;
    if (branch >= is_done_.size() || progress_.is_stopped.load(std::memory_order_relaxed))
      return false;
    if (progress_.executions.load(std::memory_order_relaxed) - before_ >= plan_.count_max)
      return false;
    return plan_.time_limit == Duration::max() || clock_.coarse_now() - began_ < plan_.time_limit;
  }

  void explore(std::size_t number, Simulation& simulation, Exploration& exploration,
               std::optional<CoverageMeter>& meter) {
    Branch& branch = state_.left[number];
    exploration.go_to(branch.path, branch.fixed);
    double share = 0;
    const double begun = exploration.share_done();  // by an earlier search
    const auto share_now = [&] { return (exploration.share_done() - begun) / (1 - begun); };
    Sums sums;
    bool has_more = true;
    while (has_more && may_go_on(number)) {
      exploration.begin(sums.executions);
      if (meter) meter->begin();
      const ExecutionResult& result = simulation.run(exploration);
      const std::uint64_t done = progress_.executions.fetch_add(1, std::memory_order_relaxed);
      if (meter) meter->end(done - before_);
      ++sums.executions;
      if (exploration.is_redundant()) ++sums.redundant;
      sums.steps += result.steps;
      if (!exploration.is_unsteady() && has_failed(simulation)) {
        fail(number, sums, simulation);
        break;
      }
      has_more = exploration.next(result);
      if (sums.executions % 64 == 0) share = add_share(share, share_now());
    }
    add_share(share, has_more ? share_now() : 1);
    const std::scoped_lock lock(mutex_);
    branch = {exploration.path(), exploration.fixed()};
    is_done_[number] = !has_more;
    result_.is_unsteady = result_.is_unsteady || exploration.is_unsteady();
    state_.is_cut = state_.is_cut || exploration.is_cut();
    add(sums);
  }

  struct Sums {
    std::uint64_t executions = 0, redundant = 0, steps = 0;
  };

  void add(const Sums& sums) {
    state_.executions += sums.executions;
    state_.redundant += sums.redundant;
    result_.steps += sums.steps;
  }

  double add_share(double before, double now) {
    const std::scoped_lock lock(mutex_);
    state_.weight_left -= weight_of_one_ * (now - before);
    progress_.share_done.store(1 - state_.weight_left, std::memory_order_relaxed);
    return now;
  }

  void fail(std::size_t number, const Sums& sums, const Simulation& simulation) {
    const std::scoped_lock lock(mutex_);
    if (number > first_failure_) return;
    result_.failure = failure_of(sums.executions - 1, simulation);
    first_failure_ = number;
  }

  ExhaustiveResult conclude() {
    std::vector<Branch> left;
    for (std::size_t i = 0; i < is_done_.size(); ++i) {
      if (!is_done_[i]) left.push_back(std::move(state_.left[i]));
    }
    state_.left = std::move(left);
    result_.is_complete = state_.left.empty() && !result_.is_unsteady;
    // A sum of many small shares: rounded, it may end below nothing, and a state must be readable.
    state_.weight_left = result_.is_complete ? 0 : std::max(0.0, state_.weight_left);
    result_.state = std::move(state_);
    return std::move(result_);
  }

  const ExhaustivePlan& plan_;
  SearchProgress& progress_;
  const std::uint64_t before_ = progress_.executions;  // in other searches
  const SteadyClock clock_;
  const Instant began_ = clock_.coarse_now();
  std::atomic<std::size_t> claimed_{0};

  std::mutex mutex_;
  // Guarded by mutex_, but that each branch is its worker's.
  ExhaustiveState state_;
  const double weight_of_one_;  // of each branch that was left
  std::vector<char> is_done_;
  ExhaustiveResult result_;

  std::atomic<std::size_t> first_failure_;
};

}  // namespace

ExhaustiveResult search_exhaustively(const ExhaustivePlan& plan, SearchProgress& progress) {
  return ExhaustiveSearch(plan, progress).run();
}

}  // namespace poolproof::sim
