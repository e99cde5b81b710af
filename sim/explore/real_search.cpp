#include <poolproof/sim/explore/real_search.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <poolproof/core/pool/std_platform.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/engine/race_reports.h>
#include <poolproof/sim/scenario/driver.h>
#include <poolproof/sim/scenario/real_recorder.h>

namespace poolproof::sim {
namespace {

Duration divided(Duration duration) {
  if (duration == Duration::max() || duration == Duration::zero()) return duration;
  return std::max(duration / real_time_divisor, Duration(1));
}

/// One run. When it deadlocks its threads stay, and so must everything that they use: then nobody
/// destroys it.
class RealRun {
 public:
  RealRun(const SearchPlan& plan, const Scenario& scenario, std::uint64_t run)
      : subject_(plan.subject),
        seed_(plan.seed),
        scenario_(scenario),
        recorder_(history_, clock_, Rng::stream(plan.seed, run).next(),
                  client_count(scenario) + 1) {
    history_.config = scenario.pool;
    history_.capabilities = plan.subject.capabilities;
    history_.virtual_time = false;
    std::uint16_t task = 1;
    for (std::size_t s = 0; s < scenario.clients.size(); ++s) {
      for (std::uint32_t copy = 0; copy < scenario.clients[s].count; ++copy) {
        recorder_.expect({static_cast<std::uint16_t>(s), static_cast<std::uint16_t>(copy)},
                         TaskId(task++));
      }
    }
  }

  /// Returns false when it deadlocked.
  bool run() {
    const std::uint64_t races_before = races_reported_anywhere();
    std::thread main([this] { play(); });
    if (!watch()) {
      recorder_.note_stall(true);
      recorder_.finish(Outcome::deadlock);
      main.detach();
      return false;
    }
    main.join();
    recorder_.finish(races_reported_anywhere() == races_before ? Outcome::ok : Outcome::data_race);
    return true;
  }

  [[nodiscard]] const History& history() const noexcept { return history_; }
  [[nodiscard]] std::string mistake() const { return mistakes_.first(); }

 private:
  void play() {
    recorder_.is_main();
    mocks::MockDatabase database(scenario_.faults, clock_, &recorder_);
    database.set_seed(seed_);
    const auto store = store_for(scenario_, recorder_);
    if (store != nullptr) {
      database.attach(*store);
      database.set_dialect(scenario_.dialect);
      database.set_sees_transactions(scenario_.sees_transactions);
    }
    const std::unique_ptr<Subject> subject = subject_.real({.config = scenario_.pool,
                                                            .factory = database,
                                                            .clock = clock_,
                                                            .observer = &recorder_,
                                                            .maintenance = scenario_.maintenance,
                                                            .lease_keys = lease_keys_of(scenario_),
                                                            .mistakes = &mistakes_});
    Driver<StdPlatform, mocks::MockDatabase>(scenario_, subject_.capabilities, *subject, database,
                                             clock_, recorder_, store.get())
        .run();
    const std::lock_guard guard(mutex_);
    is_done_ = true;
    changed_.notify_one();
  }

  // Returns false when nothing has happened for too long while somebody was inside the pool.
  bool watch() {
    std::unique_lock lock(mutex_);
    std::size_t events = 0;
    Instant changed_at = clock_.now();
    bool is_noted = false;
    while (!is_done_) {
      clock_.wait_until(changed_, lock, deadline_after(clock_.now(), quiet_min / 4));
      const Instant now = clock_.now();
      if (const std::size_t seen = recorder_.events(); seen != events) {
        events = seen;
        changed_at = now;
        is_noted = false;
        continue;
      }
      if (!recorder_.is_anyone_inside()) continue;
      if (now - changed_at >= patience_max) return is_done_;
      if (is_noted || now - changed_at < quiet_min) continue;
      is_noted = true;
      recorder_.note_stall(false);
      events = recorder_.events();
    }
    return true;
  }

  const SubjectEntry& subject_;
  const std::uint64_t seed_;
  const Scenario scenario_;
  RunClock clock_;
  History history_;
  RealRecorder recorder_;
  AdapterMistakes mistakes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_done_ = false;  // guarded by mutex_
};

}  // namespace

Scenario in_real_time(const Scenario& scenario) {
  Scenario real = scenario;
  for (Duration* duration :
       {&real.pool.acquire_timeout, &real.pool.idle_timeout, &real.pool.max_lifetime,
        &real.pool.health_check_interval, &real.pool.validate_after_idle,
        &real.pool.validation_timeout, &real.pool.connect_backoff, &real.pool.connect_backoff_max,
        &real.pool.leak_threshold}) {
    *duration = divided(*duration);
  }
  for (ClientScript& script : real.clients) {
    for (Step& step : script.steps)
      step.duration = divided(step.duration);
  }
  for (mocks::Fault& fault : real.faults.faults)
    fault.duration = divided(fault.duration);
  for (Duration& restart : real.faults.restarts)
    restart = divided(restart);
  for (Duration& demotion : real.faults.demotions)
    demotion = divided(demotion);
  for (mocks::Death& death : real.faults.deaths)
    death.at = divided(death.at);
  return real;
}

SearchResult search_on_real_threads(const SearchPlan& plan, SearchProgress& progress) {
  const Scenario scenario = in_real_time(plan.scenario);
  const SteadyClock clock;
  const Instant began = clock.coarse_now();
  SearchResult result;
  result.next = plan.first;
  HistoryIndex index;
  std::vector<Violation> violations;
  for (; result.next < plan.first + plan.count; ++result.next) {
    const bool is_late =
        plan.time_limit != Duration::max() && clock.coarse_now() - began >= plan.time_limit;
    if (progress.is_stopped || is_late) return result;
    auto run = std::make_unique<RealRun>(plan, scenario, result.next);
    result.is_stuck = !run->run();
    violations.clear();
    const std::string mistake = run->mistake();
    const LawSet unknown = mistake.empty() ? judge(run->history(), index, violations) : LawSet{};
    result.unknown.add(unknown);
    if (!result.tried) result.tried.emplace();
    if (mistake.empty()) *result.tried |= premises_in(run->history(), index);
    ++result.executions;
    ++progress.executions;
    result.last = run->history();
    if (result.is_stuck) static_cast<void>(run.release());
    if (violations.empty() && mistake.empty()) continue;
    result.failure.emplace();
    result.failure->mistake = mistake;
    result.failure->execution = result.next;
    result.failure->violations = violations;
    result.failure->unknown = unknown;
    result.failure->history = result.last;
    ++result.next;
    break;
  }
  result.is_complete = true;
  return result;
}

}  // namespace poolproof::sim
