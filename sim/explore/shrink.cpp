#include <poolproof/sim/explore/shrink.h>

#include <algorithm>
#include <array>
#include <utility>

#include <poolproof/sim/engine/race_reports.h>
#include <poolproof/sim/explore/replay.h>
#include <poolproof/sim/explore/shrink_scenario.h>
#include <poolproof/sim/explore/shrink_schedule.h>
#include <poolproof/sim/explore/shrink_trials.h>
#include <poolproof/sim/explore/sparse_walk.h>

namespace poolproof::sim {
namespace {

/// The hints of a schedule, learned by running it once more.
Hints hints_of(Simulation& simulation, const Schedule& schedule) {
  Replay replay(schedule);
  HintTaker taker(replay);
  taker.begin(0);
  simulation.run(taker);
  return taker.hints();
}

/// The task of the first client: before it come the main task and those that the pool starts.
std::uint32_t first_client_of(const Simulation& simulation) {
  for (std::uint32_t task = 0; task < tasks_max; ++task) {
    const ClientName name = simulation.client(TaskId(task));
    if (name.script == 0 && name.copy == 0) return task;
  }
  return 1;
}

/// Where the tasks of one scenario are in one that was cut out of it.
class TaskMap {
 public:
  TaskMap(std::uint32_t first_client, const Scenario& before, const ScenarioCut& cut) {
    tasks_.fill(no_task);
    const bool has_lost_task = before.maintenance && !cut.scenario.maintenance;
    const std::uint32_t base = first_client - (has_lost_task && first_client > 1 ? 1 : 0);
    for (std::uint32_t task = 0; task < base; ++task)
      tasks_[task] = TaskId(static_cast<std::uint16_t>(task));
    for (std::uint32_t i = 0; i < cut.clients.size(); ++i) {
      const std::uint32_t task = first_client + cut.clients[i];
      if (task < tasks_max && base + i < tasks_max)
        tasks_[task] = TaskId(static_cast<std::uint16_t>(base + i));
    }
  }

  [[nodiscard]] Hints apply(Hints hints) const {
    for (Preemption& one : hints.preemptions) {
      one.task = moved(one.task);
      one.to.task = moved(one.to.task);
    }
    for (Wanted& who : hints.orders)
      who.task = moved(who.task);
    return hints;
  }

 private:
  [[nodiscard]] TaskId moved(TaskId task) const noexcept {
    return task == no_task ? no_task : tasks_[static_cast<std::size_t>(task)];
  }

  std::array<TaskId, tasks_max> tasks_{};
};

class Shrinker {
 public:
  Shrinker(const ShrinkPlan& plan, SearchProgress& progress)
      : plan_(plan), trials_(plan.failure, plan.budget, progress), scenario_(plan.scenario) {}

  Shrunk run() {
    begin();
    if (trials_.may_go_on()) {
      trials_.set_limit(plan_.budget / 4);
      with_simulation([this](Simulation& simulation) { thin_out(simulation, trials_, best_); });
      trials_.set_limit(plan_.budget - plan_.budget / 4);
      cut_scenario();
      trials_.set_limit(plan_.budget);
      with_simulation(
          [this](Simulation& simulation) { shrink_schedule(simulation, trials_, best_); });
    }
    return conclude();
  }

 private:
  // Tries for each cut: more in later rounds, when there is less left to cut.
  static constexpr std::array<std::uint32_t, 3> tries_by_round{24, 120, 400};

  void begin() {
    with_simulation([this](Simulation& simulation) {
      best_ = {.failure = plan_.failure, .hints = hints_of(simulation, plan_.failure.schedule)};
      first_client_ = first_client_of(simulation);
    });
  }

  template <class Act>
  void with_simulation(Act act) {
    Simulation simulation(plan_.subject, scenario_);
    act(simulation);
  }

  void cut_scenario() {
    for (std::size_t round = 0; round < tries_by_round.size() && trials_.may_go_on();) {
      tries_ = tries_by_round[round];
      bool has_changed = false;
      for (const ScenarioPass pass : scenario_passes())
        has_changed |= cut_by(pass);
      if (!has_changed) ++round;
    }
  }

  // After a cut that was taken, its place in the list is the next one's.
  bool cut_by(ScenarioPass pass) {
    bool has_changed = false;
    std::vector<ScenarioCut> cuts = pass(scenario_);
    for (std::size_t i = 0; i < cuts.size() && trials_.may_go_on();) {
      if (!take_if_broken(cuts[i])) {
        ++i;
        continue;
      }
      has_changed = true;
      cuts = pass(scenario_);
    }
    return has_changed;
  }

  bool take_if_broken(const ScenarioCut& cut) {
    auto found = look_for_failure(cut);
    if (!found) return false;
    scenario_ = cut.scenario;
    best_ = *std::move(found);
    return true;
  }

  std::optional<Found> look_for_failure(const ScenarioCut& cut) {
    Simulation simulation(plan_.subject, cut.scenario);
    const Hints hints = TaskMap(first_client_, scenario_, cut).apply(best_.hints);
    auto found = trials_.follow(simulation, hints);
    for (std::uint32_t i = 0; !found && i < tries_ && trials_.may_go_on(); ++i)
      found = try_by_chance(simulation, i);
    if (!found) return found;
    first_client_ = first_client_of(simulation);
    thin_out(simulation, trials_, *found);
    return found;
  }

  std::optional<Found> try_by_chance(Simulation& simulation, std::uint32_t number) {
    const std::uint32_t preemptions = number % 5;
    if (preemptions == 4) {
      RandomWalk walk(plan_.failure.execution);
      return trials_.run(simulation, walk);
    }
    SparseWalk walk(plan_.failure.execution,
                    {.preemptions = preemptions, .places = std::max(best_.hints.can_go_on, 1U)});
    return trials_.run(simulation, walk);
  }

  // The simulator is asked for the failure's clients and trace once more, by who reports it.
  Shrunk conclude() {
    Shrunk shrunk{.scenario = std::move(scenario_),
                  .failure = std::move(best_.failure),
                  .before = size_of(plan_.subject, plan_.scenario, plan_.failure),
                  .after = {},
                  .executions = trials_.executions(),
                  .is_interrupted = trials_.is_stopped()};
    if (!(shrunk.scenario == plan_.scenario)) {
      shrunk.scenario.name = shrunk_name(plan_.scenario.name);
      shrunk.scenario.about.clear();
    }
    shrunk.after = size_of(plan_.subject, shrunk.scenario, shrunk.failure);
    return shrunk;
  }

  const ShrinkPlan& plan_;
  ShrinkTrials trials_;
  Scenario scenario_;
  Found best_;
  std::uint32_t first_client_ = 1;  // task of the first client, in best_
  std::uint32_t tries_ = 0;
};

}  // namespace

ShrunkSize size_of(const SubjectEntry& subject, const Scenario& scenario, const Failure& failure) {
  Simulation simulation(subject, scenario);
  const Hints hints = hints_of(simulation, failure.schedule);
  const auto is_clients = [](const Event& event) {
    return event.kind == EventKind::call && event.task != TaskId{0};
  };
  return {.clients = client_count(scenario),
          .operations = static_cast<std::uint64_t>(
              std::ranges::count_if(failure.history.events, is_clients)),
          .preemptions = hints.preemptions.size()};
}

Shrunk shrink(const ShrinkPlan& plan, SearchProgress& progress) {
  // Every failing execution on the way would have its race printed.
  const QuietRaceReports quiet;
  return Shrinker(plan, progress).run();
}

}  // namespace poolproof::sim
