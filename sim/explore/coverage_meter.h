#pragma once
// Measures what an exploration of one scenario has covered, beside whoever runs the executions.

#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include <poolproof/sim/explore/coverage.h>
#include <poolproof/sim/explore/first_sightings.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/sim/explore/trace_fingerprint.h>

namespace poolproof::sim {

struct ScenarioCoverage {
  std::uint64_t executions = 0;
  /// Different interleavings among them, up to the order of independent steps, to within 1 %.
  std::uint64_t distinct = 0;
  /// Of these, how many the last tenth of the executions showed first.
  std::uint64_t new_in_last_tenth = 0;
  CoverageSet exercised;
  friend bool operator==(const ScenarioCoverage&, const ScenarioCoverage&) = default;
};

/// Two listeners in the place of one.
class StepListeners final : public StepListener {
 public:
  StepListeners(StepListener& first, StepListener& second) : first_(first), second_(second) {}

  void on_step(Actor actor, TaskId task, Intent intent) override {
    first_.on_step(actor, task, intent);
    second_.on_step(actor, task, intent);
  }
  void on_step_done(StepNotes notes, std::uint32_t mutex) override {
    first_.on_step_done(notes, mutex);
    second_.on_step_done(notes, mutex);
  }
  void on_woken(TaskId task) override {
    first_.on_woken(task);
    second_.on_woken(task);
  }
  void on_deadlock(const Intent* intents, const TaskSet& alive) override {
    first_.on_deadlock(intents, alive);
    second_.on_deadlock(intents, alive);
  }

 private:
  StepListener& first_;
  StepListener& second_;
};

/// What the workers of one exploration have covered together. Any thread.
class CoverageSum {
 public:
  /// Execution `number`, counted from 0, was this interleaving.
  void saw(std::uint64_t fingerprint, std::uint64_t number) noexcept {
    sightings_.add(fingerprint, number);
  }
  /// `gain` is what a worker exercised for the first time in its execution `number`.
  void exercised(const CoverageSet& gain, std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    gains_.push_back({number, gain});
  }
  /// Of the executions with a number below `executions`, whatever others were run beside them.
  [[nodiscard]] ScenarioCoverage conclude(std::uint64_t executions) const {
    const std::scoped_lock lock(mutex_);
    ScenarioCoverage coverage{.executions = executions,
                              .distinct = std::min(sightings_.count(executions), executions),
                              .new_in_last_tenth = 0,
                              .exercised = {}};
    const std::uint64_t before =
        std::min(sightings_.count(executions - executions / 10), coverage.distinct);
    coverage.new_in_last_tenth = coverage.distinct - before;
    for (const Gain& gain : gains_) {
      if (gain.execution < executions) coverage.exercised |= gain.items;
    }
    return coverage;
  }

 private:
  struct Gain {
    std::uint64_t execution = 0;
    CoverageSet items;
  };

  FirstSightings sightings_;
  mutable std::mutex mutex_;
  std::vector<Gain> gains_;  // guarded by mutex_
};

/// One worker's measure: begin() before each execution of `simulation`, end() after it. Listens to
/// its steps, together with `beside` if that is not nullptr, and lets go of it at the end.
class CoverageMeter {
 public:
  CoverageMeter(CoverageSum& sum, Simulation& simulation, StepListener* beside = nullptr)
      : sum_(sum), simulation_(simulation), fingerprint_(simulation.schedule()) {
    if (beside != nullptr) both_.emplace(*beside, fingerprint_);
    simulation_.set_step_listener(both_ ? static_cast<StepListener*>(&*both_) : &fingerprint_);
  }
  ~CoverageMeter() { simulation_.set_step_listener(nullptr); }
  CoverageMeter(const CoverageMeter&) = delete;
  CoverageMeter& operator=(const CoverageMeter&) = delete;

  void begin() { fingerprint_.begin(); }
  /// The executions of one meter have rising numbers.
  void end(std::uint64_t number) {
    sum_.saw(fingerprint_.value(), number);
    CoverageSet now = seen_;
    cover_kinds(fingerprint_.kinds(), now);
    cover(simulation_.history(), simulation_.index(), simulation_.scenario().faults, now);
    if (now == seen_) return;
    sum_.exercised(now & ~seen_, number);
    seen_ = now;
  }

 private:
  CoverageSum& sum_;
  Simulation& simulation_;
  TraceFingerprint fingerprint_;
  std::optional<StepListeners> both_;
  CoverageSet seen_;
};

}  // namespace poolproof::sim
