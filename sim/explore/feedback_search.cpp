#include <poolproof/sim/explore/feedback_search.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <poolproof/core/rng.h>
#include <poolproof/sim/explore/features.h>
#include <poolproof/sim/explore/interleavings.h>
#include <poolproof/sim/scenario/draw.h>

namespace poolproof::sim {
namespace {

constexpr std::uint64_t round_size = 512;
constexpr std::size_t kept_max = 4096;

/// Follows a schedule as far as it fits and is wanted, and another strategy from there.
class Prefix final : public Strategy {
 public:
  explicit Prefix(std::unique_ptr<Strategy> then) : then_(std::move(then)) {}

  void follow(const Schedule* schedule, std::size_t length) {
    schedule_ = schedule;
    length_ = schedule == nullptr ? 0 : std::min(length, schedule->size());
  }
  void begin(std::uint64_t execution) override {
    then_->begin(execution);
    next_ = 0;
  }
  std::uint32_t choose(const ChoicePoint& point) override {
    if (next_ < length_ && (*schedule_)[next_].options == point.options)
      return (*schedule_)[next_++].chosen;
    length_ = 0;
    return then_->choose(point);
  }

 private:
  std::unique_ptr<Strategy> then_;
  const Schedule* schedule_ = nullptr;
  std::size_t length_ = 0;
  std::size_t next_ = 0;
};

/// A scenario that showed something new, and the schedule that did.
struct Kept {
  Scenario scenario;
  Schedule schedule;
};

/// What one execution is to try.
struct Try {
  Scenario scenario;
  const Kept* from = nullptr;
  std::size_t prefix = 0;
};

/// What one execution showed; features only where one of them is new to the round.
struct Shown {
  std::vector<Feature> features;
  Schedule schedule;
  PremiseSet tried;
  LawSet unknown;
  bool is_done = false;
};

class FeedbackSearch {
 public:
  FeedbackSearch(const FeedbackPlan& plan, SearchProgress& progress)
      : plan_(plan), progress_(progress), workers_(std::max(plan.jobs, 1U)) {}

  FeedbackResult run() {
    found_.result.tried.emplace();
    while (done_ < plan_.count && !failure_ && may_go_on()) {
      const std::uint64_t size = std::min(round_size, plan_.count - done_);
      if (!run_round(size)) break;
    }
    SearchResult& result = found_.result;
    result.executions = result.next = done_;
    result.interleavings = std::min(interleavings_.count(), done_);
    result.is_complete = failure_.has_value() || done_ == plan_.count;
    result.failure = std::move(failure_);
    found_.kept = kept_seen_;
    found_.features = seen_.count();
    return std::move(found_);
  }

 private:
  bool may_go_on() {
    if (progress_.is_stopped.load(std::memory_order_relaxed)) return false;
    return plan_.time_limit == Duration::max() || clock_.coarse_now() - began_ < plan_.time_limit;
  }

  /// What execution `number` tries hangs on what was kept before the round.
  Try try_of(std::uint64_t number) {
    Rng rng = Rng::stream(plan_.seed ^ 0x6578'706c'6f72'6500U, number);
    if (kept_.empty() || rng.chance(1, 3)) return {.scenario = plan_.drawn(number)};
    // What was kept last is gone on from more often.
    const auto size = static_cast<std::uint32_t>(kept_.size());
    const std::uint32_t place = std::max(rng.below(size), rng.below(size));
    const Kept& from = *kept_[place];
    if (rng.chance(1, 3)) {
      const auto length = static_cast<std::uint32_t>(from.schedule.size());
      return {.scenario = from.scenario, .from = &from, .prefix = rng.below(length + 1)};
    }
    const Theme theme{.has_transactions = plan_.has_transactions};
    return {.scenario = plan_.fitted(ScenarioDraw(rng, theme).changed(from.scenario))};
  }

  bool run_round(std::uint64_t size) {
    shown_.assign(size, {});
    claimed_ = 0;
    {
      std::vector<std::jthread> others;
      for (unsigned i = 1; i < workers_; ++i)
        others.emplace_back([this] { work(); });
      work();
    }
    if (failure_) {
      learn(failure_->execution - done_ + 1);
      return true;
    }
    if (!std::ranges::all_of(shown_, &Shown::is_done)) return false;  // Stopped.
    learn(size);
    return true;
  }

  void work() {
    Scenario scenario = plan_.drawn(0);
    Simulation simulation(plan_.subject, scenario);
    FeatureReader reader;
    simulation.set_step_listener(&reader);
    Prefix strategy(plan_.strategy(plan_.seed));
    Interleavings interleavings;
    for (;;) {
      const std::uint64_t at = claimed_.fetch_add(1);
      if (at >= shown_.size() || !may_go_on()) break;
      if (at > first_failure_.load(std::memory_order_relaxed)) break;
      Try next = try_of(done_ + at);
      scenario = std::move(next.scenario);
      simulation.put_through(scenario);
      strategy.follow(next.from == nullptr ? nullptr : &next.from->schedule, next.prefix);
      strategy.begin(done_ + at);
      reader.begin();
      simulation.run(strategy);
      progress_.executions.fetch_add(1, std::memory_order_relaxed);
      interleavings.add(simulation.schedule());
      note(at, simulation, reader);
    }
    const std::scoped_lock lock(mutex_);
    interleavings_.add(interleavings);
    found_.result.stacks_abandoned += simulation.stacks_abandoned();
  }

  void note(std::uint64_t at, Simulation& simulation, FeatureReader& reader) {
    Shown& shown = shown_[at];
    if (has_failed(simulation)) fail(at, simulation);
    shown.is_done = true;
    if (simulation.has_mistake()) return;  // Then nothing is judged, and there is no index.
    const auto& features = reader.read(simulation.history(), simulation.index());
    const auto is_new = [this](Feature feature) { return !seen_.has(feature); };
    if (std::ranges::any_of(features, is_new)) {
      shown.features = features;
      shown.schedule = simulation.schedule();
    }
    shown.tried = premises_in(simulation.history(), simulation.index());
    shown.unknown = simulation.unknown();
  }

  void fail(std::uint64_t at, const Simulation& simulation) {
    const std::scoped_lock lock(mutex_);
    if (failure_ && failure_->execution < done_ + at) return;
    failure_ = failure_of(done_ + at, simulation);
    found_.failed = simulation.scenario();
    first_failure_ = at;
  }

  /// The first `size` executions of the round, in their order.
  void learn(std::uint64_t size) {
    std::vector<std::unique_ptr<Kept>> news;
    for (std::uint64_t at = 0; at < size; ++at) {
      Shown& shown = shown_[at];
      *found_.result.tried |= shown.tried;
      if (!shown.unknown.empty()) found_.result.unknown.add(shown.unknown);
      bool is_new = false;
      for (const Feature feature : shown.features)
        is_new = seen_.add(feature) || is_new;
      if (!is_new) continue;
      news.push_back(
          std::make_unique<Kept>(try_of(done_ + at).scenario, std::move(shown.schedule)));
    }
    for (std::unique_ptr<Kept>& one : news)
      keep(std::move(one));
    done_ += size;
  }

  void keep(std::unique_ptr<Kept> one) {
    ++kept_seen_;
    if (kept_.size() == kept_max) kept_.erase(kept_.begin(), kept_.begin() + kept_max / 2);
    kept_.push_back(std::move(one));
  }

  const FeedbackPlan& plan_;
  SearchProgress& progress_;
  const unsigned workers_;
  const SteadyClock clock_;
  const Instant began_ = clock_.coarse_now();

  // Between rounds changed, within one only read.
  FeatureSet seen_;
  std::vector<std::unique_ptr<Kept>> kept_;
  std::uint64_t kept_seen_ = 0;
  std::uint64_t done_ = 0;

  // Of the round under way.
  std::vector<Shown> shown_;  // each written by who claimed it
  std::atomic<std::uint64_t> claimed_{0};
  std::atomic<std::uint64_t> first_failure_{~std::uint64_t{0}};

  std::mutex mutex_;
  // Guarded by mutex_.
  std::optional<Failure> failure_;
  FeedbackResult found_;
  Interleavings interleavings_;
};

}  // namespace

FeedbackResult search_by_feedback(const FeedbackPlan& plan, SearchProgress& progress) {
  return FeedbackSearch(plan, progress).run();
}

}  // namespace poolproof::sim
