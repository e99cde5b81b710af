// Programs that nobody wrote: does reduction lose an outcome of any of them?

#include <gtest/gtest.h>

#include <array>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <poolproof/core/rng.h>
#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/explore/exploration.h>

namespace poolproof::sim {
namespace {

using std::chrono::milliseconds;

enum class Act : std::uint8_t {
  add_under_lock,
  add_under_both,  // locks in the order that its task has drawn
  try_lock,
  load,
  store,
  add,
  compare_exchange,
  wait,
  wait_in_time,
  notify_one,
  notify_all,
  acquire_in_time,
  release,
  sleep,
  yield,
  chance,
  clock,
  atomic_wait,
  atomic_notify,
};
constexpr std::uint32_t acts = 19;

struct RandomProgram {
  std::vector<std::vector<Act>> tasks;
  ExecutionLimits limits;
};

RandomProgram draw(std::uint64_t seed) {
  Rng rng = Rng::stream(7, seed);
  RandomProgram program;
  program.limits.racing_time = rng.below(3) != 0;
  program.limits.spurious_wakeups = rng.below(4) == 0 ? 1 : 0;
  program.limits.spurious_cas_failures = rng.below(4) == 0 ? 1 : 0;
  const std::uint32_t tasks = 2 + rng.below(2);
  for (std::uint32_t i = 0; i < tasks; ++i) {
    std::vector<Act> script;
    for (std::uint32_t left = 1 + rng.below(tasks == 2 ? 3 : 2); left > 0; --left)
      script.push_back(static_cast<Act>(rng.below(acts)));
    program.tasks.push_back(std::move(script));
  }
  return program;
}

/// One execution of a program: what the tasks share, and what each has seen.
class Run {
 public:
  explicit Run(const RandomProgram& program) : program_(program), seen_(program.tasks.size()) {}

  void operator()() {
    std::vector<SimThread> threads;
    for (std::size_t task = 0; task < program_.tasks.size(); ++task) {
      threads.emplace_back([this, task] {
        for (const Act act : program_.tasks[task])
          seen_[task] += std::to_string(perform(act, task)) + " ";
      });
    }
    for (SimThread& thread : threads)
      thread.join();
  }

  [[nodiscard]] std::string text(Ending ending) const {
    std::string text(to_string(ending));
    for (const std::string& seen : seen_)
      text += "; " + seen;
    return text;
  }

 private:
  long perform(Act act, std::size_t task) {
    switch (act) {
      case Act::add_under_lock: {
        const std::unique_lock lock(mutexes_[0]);
        return ++guarded_;
      }
      case Act::add_under_both: {
        const std::unique_lock first(mutexes_[task % 2]);
        const std::unique_lock second(mutexes_[1 - task % 2]);
        return ++guarded_;
      }
      case Act::try_lock: {
        const std::unique_lock lock(mutexes_[0], std::try_to_lock);
        return lock ? ++guarded_ : -1;
      }
      case Act::wait:
      case Act::wait_in_time:
        return wait(act == Act::wait_in_time);
      case Act::acquire_in_time:
        return permits_.try_acquire_for(milliseconds(2)) ? 1 : 0;
      case Act::sleep:
        this_task::sleep_for(milliseconds(task));
        return 0;
      case Act::chance:
        return Engine::current().chance(1, 2) ? 1 : 0;
      case Act::clock:
        return Engine::current().read_clock().time_since_epoch() / milliseconds(1);
      default:
        return touch(act, task);
    }
  }

  long wait(bool in_time) {
    std::unique_lock lock(mutexes_[0]);
    if (!in_time) {
      condition_.wait(lock);
      return ++guarded_;
    }
    return condition_.wait_for(lock, milliseconds(1)) == std::cv_status::timeout ? -1 : ++guarded_;
  }

  long touch(Act act, std::size_t task) {
    int expected = 0;
    switch (act) {
      case Act::load:
        return x_.load();
      case Act::store:
        x_.store(static_cast<int>(task) + 1);
        return 0;
      case Act::add:
        return x_.fetch_add(1);
      case Act::compare_exchange:
        return x_.compare_exchange_weak(expected, 5) ? 1 : 0;
      case Act::notify_one:
        condition_.notify_one();
        return 0;
      case Act::notify_all:
        condition_.notify_all();
        return 0;
      case Act::release:
        permits_.release();
        return 0;
      case Act::yield:
        this_task::yield();
        return 0;
      case Act::atomic_wait:
        x_.wait(0);
        return 0;
      default:
        x_.notify_one();
        return 0;
    }
  }

  const RandomProgram& program_;
  std::vector<std::string> seen_;
  std::array<SimMutex, 2> mutexes_;
  SimConditionVariable condition_;
  SimAtomic<int> x_{0};
  SimCountingSemaphore<> permits_{1};
  int guarded_ = 0;
};

struct Found {
  std::set<std::string> outcomes;
  std::uint64_t executions = 0;
  bool is_complete = false;
};

Found explore(const RandomProgram& program, bool reduces, std::uint64_t executions_max) {
  Engine engine;
  Exploration exploration({.reduces = reduces, .preemptions = {}});
  engine.set_step_listener(&exploration);
  Found found;
  while (!found.is_complete && found.executions < executions_max) {
    exploration.begin(found.executions++);
    Run run(program);
    const ExecutionResult result = engine.run(exploration, program.limits, [&run] { run(); });
    found.outcomes.insert(run.text(result.ending));
    found.is_complete = !exploration.next(result);
  }
  EXPECT_FALSE(exploration.is_unsteady());
  return found;
}

constexpr std::uint64_t programs = 120;
constexpr std::uint64_t executions_max = 4'000;

TEST(RandomPrograms, HaveTheSameOutcomesWithAndWithoutReduction) {
  std::uint64_t compared = 0;
  std::uint64_t all_executions = 0;
  std::uint64_t reduced_executions = 0;
  for (std::uint64_t seed = 0; seed < programs; ++seed) {
    const RandomProgram program = draw(seed);
    const Found all = explore(program, false, executions_max);
    if (!all.is_complete) continue;
    const Found some = explore(program, true, executions_max);
    ++compared;
    all_executions += all.executions;
    reduced_executions += some.executions;
    ASSERT_TRUE(some.is_complete) << "program " << seed;
    ASSERT_EQ(some.outcomes, all.outcomes) << "program " << seed;
  }
  EXPECT_GE(compared, programs / 3);
  EXPECT_LT(10 * reduced_executions, all_executions);
}

}  // namespace
}  // namespace poolproof::sim
