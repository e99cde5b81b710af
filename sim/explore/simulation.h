#pragma once
// One pool, one scenario, one execution after the other: run, write the history, judge it.

#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/sim_clock.h>
#include <poolproof/sim/judge/law.h>
#include <poolproof/sim/scenario/recorder.h>
#include <poolproof/sim/scenario/scenario.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

/// How much is done for each execution.
enum class Depth : std::uint8_t {
  run,     ///< the pool only: how fast can it be driven
  record,  ///< and a history
  judge,   ///< and every law
};

/// Keeps its engine, stacks and memory from one execution to the next. One OS thread, always the
/// same.
class Simulation {
 public:
  /// `subject` and `scenario` must outlive it, and the subject must be `simulated`.
  Simulation(const SubjectEntry& subject, const Scenario& scenario, Depth depth = Depth::judge);

  [[nodiscard]] const Scenario& scenario() const noexcept { return *scenario_; }

  /// From the next execution on another scenario is run, which must outlive it.
  void put_through(const Scenario& scenario);

  /// Runs one execution under `strategy`, on which begin() has been called.
  const ExecutionResult& run(Strategy& strategy);

  /// Of the last execution:
  [[nodiscard]] const std::vector<Violation>& violations() const noexcept { return violations_; }
  [[nodiscard]] bool has_mistake() const noexcept { return mistakes_.is_noted(); }
  /// What the adapter did wrong; then nothing is judged.
  [[nodiscard]] std::string mistake() const { return mistakes_.first(); }
  [[nodiscard]] LawSet unknown() const noexcept { return unknown_; }
  [[nodiscard]] const History& history() const noexcept { return history_; }
  /// Of history(), when it is judged.
  [[nodiscard]] const HistoryIndex& index() const noexcept { return index_; }
  /// While one is under way, its choices so far.
  [[nodiscard]] const Schedule& schedule() const noexcept { return engine_.schedule(); }
  [[nodiscard]] const ExecutionResult& result() const noexcept { return result_; }
  [[nodiscard]] ClientName client(TaskId task) const noexcept { return recorder_.client(task); }
  [[nodiscard]] std::uint64_t stacks_abandoned() const noexcept {
    return engine_.stacks_abandoned();
  }

  /// nullptr switches it off. The listener must outlive the executions.
  void set_step_listener(StepListener* listener) noexcept { engine_.set_step_listener(listener); }
  void set_step_witness(StepWitness* witness) noexcept { engine_.set_step_witness(witness); }

 private:
  class EngineChance final : public mocks::Chance {
   public:
    bool happens(std::uint32_t numerator, std::uint32_t denominator) override {
      return Engine::current().chance(numerator, denominator);
    }
  };

  void play();

  const SubjectEntry& subject_;
  const Scenario* scenario_ = nullptr;
  const Depth depth_;
  ExecutionLimits limits_;
  std::uint32_t lease_keys_ = 0;
  Engine engine_;
  SimClock clock_;
  EngineChance chance_;
  SimRecorder recorder_;
  AdapterMistakes mistakes_;
  History history_;
  HistoryIndex index_;
  std::vector<Violation> violations_;
  LawSet unknown_;
  ExecutionResult result_;
  const std::function<void()> body_;
};

}  // namespace poolproof::sim
