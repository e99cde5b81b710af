#include <poolproof/sim/explore/simulation.h>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>

#include <poolproof/core/ensure.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/sim/engine/race_reports.h>
#include <poolproof/sim/engine/watch.h>
#include <poolproof/sim/scenario/driver.h>

namespace poolproof::sim {
namespace {

/// One task runs at a time and none stops inside the mock, so there is nothing to lock. But a step
/// that "locks" it touches what all sessions share, and the race detector must not see it: tables
/// are kept in memory that it hears of although this file is not watched.
class DatabaseMutex {
 public:
  void lock() noexcept {
    if (Engine* engine = Engine::current_or_null()) engine->note(step_note::database);
    unwatched_.lock();
  }
  void unlock() noexcept { unwatched_.unlock(); }

 private:
  Unwatched unwatched_;
};

std::atomic<EnsureHandler> handler_outside{nullptr};

/// A mistake inside an execution ends that execution only, so that it is reported with its
/// schedule.
void throw_inside_an_execution(std::source_location where, const std::string& sentence) {
  if (Engine::current_or_null() == nullptr) return handler_outside.load()(where, sentence);
  const std::string place = std::string(where.file_name()) + ":" + std::to_string(where.line());
  throw std::logic_error(sentence.empty() ? "ensure failed at " + place : place + ": " + sentence);
}

void install_ensure_handler() {
  static std::once_flag once;
  std::call_once(once, [] { handler_outside = set_ensure_handler(&throw_inside_an_execution); });
}

Outcome outcome_of(Ending ending) {
  switch (ending) {
    case Ending::completed:
      return Outcome::ok;
    case Ending::deadlock:
      return Outcome::deadlock;
    case Ending::livelock:
    case Ending::stuck:
      return Outcome::livelock;
    case Ending::crashed:
      return Outcome::crashed;
    case Ending::diverged:
      return Outcome::aborted;
  }
  return Outcome::aborted;
}

}  // namespace

Simulation::Simulation(const SubjectEntry& subject, const Scenario& scenario, Depth depth)
    : subject_(subject), depth_(depth), body_([this] { play(); }) {
  install_ensure_handler();
  engine_.set_listener(&recorder_);
  if (subject.is_as_is) engine_.set_host(task_host());
  history_.capabilities = subject.capabilities;
  put_through(scenario);
}

void Simulation::put_through(const Scenario& scenario) {
  scenario_ = &scenario;
  limits_ = {.racing_time = scenario.time == TimeMode::racing,
             .spurious_wakeups = scenario.spurious_wakeups,
             .spurious_cas_failures = scenario.spurious_cas_failures,
             .steps_max = scenario.steps_max,
             .counts_allocations = scenario.faults.failing_allocation != 0};
  lease_keys_ = lease_keys_of(scenario);
  history_.config = scenario.pool;
}

const ExecutionResult& Simulation::run(Strategy& strategy) {
  history_.clear();
  violations_.clear();
  if (has_mistake()) mistakes_.clear();
  recorder_.begin(depth_ == Depth::run ? nullptr : &history_);
  const std::uint64_t races_before = races_reported();
  result_ = engine_.run(strategy, limits_, body_);
  const bool has_race = races_reported() != races_before;
  recorder_.finish(has_race ? Outcome::data_race : outcome_of(result_.ending), engine_.now());
  if (depth_ == Depth::judge && !has_mistake()) unknown_ = judge(history_, index_, violations_);
  return result_;
}

void Simulation::play() {
  if (subject_.program) return subject_.program();
  using Database = mocks::BasicMockDatabase<DatabaseMutex>;
  const Scenario& scenario = *scenario_;
  mocks::AllocationFaults::arm(scenario.faults.failing_allocation);
  Database database(scenario.faults, clock_, &recorder_, &chance_);
  const auto store = store_for(scenario, recorder_);
  if (store != nullptr) {
    database.attach(*store);
    database.set_dialect(scenario.dialect);
    database.set_sees_transactions(scenario.sees_transactions);
  }
  const std::unique_ptr<Subject> subject =
      subject_.simulated({.config = scenario.pool,
                          .factory = database,
                          .clock = clock_,
                          .observer = depth_ == Depth::run ? nullptr : &recorder_,
                          .maintenance = scenario.maintenance,
                          .lease_keys = lease_keys_,
                          .mistakes = &mistakes_});
  Driver<SimPlatform, Database>(scenario, subject_.capabilities, *subject, database, clock_,
                                recorder_, store.get())
      .run();
}

}  // namespace poolproof::sim
