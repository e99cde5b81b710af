// Executions per second on one core: a toy pool of one, and the reference pool without history,
// with it, and with every law judged.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <mutex>

#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/subjects/reference_subject.h>

namespace poolproof::bench {
namespace {

/// A pool of one: the least that two tasks can quarrel about.
class ToyPool {
 public:
  void acquire() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return is_free_; });
    is_free_ = false;
  }
  void release() {
    {
      const std::unique_lock lock(mutex_);
      is_free_ = true;
    }
    changed_.notify_one();
  }

 private:
  sim::SimMutex mutex_;
  sim::SimConditionVariable changed_;
  bool is_free_ = true;
};

void two_by_two(ToyPool& pool) {
  const auto client = [&pool] {
    for (int i = 0; i < 2; ++i) {
      pool.acquire();
      pool.release();
    }
  };
  sim::SimThread a(client);
  sim::SimThread b(client);
  a.join();
  b.join();
}

void BM_ToyPoolTwoByTwo(benchmark::State& state) {
  sim::Engine engine;
  sim::RandomWalk walk(1);
  std::uint64_t execution = 0;
  std::uint64_t steps = 0;
  for (auto _ : state) {
    walk.begin(execution++);
    steps += engine
                 .run(walk, {},
                      [] {
                        ToyPool pool;
                        two_by_two(pool);
                      })
                 .steps;
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["steps"] = static_cast<double>(steps) / static_cast<double>(execution);
}
BENCHMARK(BM_ToyPoolTwoByTwo);

void run_reference_pool(benchmark::State& state, sim::Depth depth) {
  const auto& library = sim::scenario_library();
  const auto scenario = std::ranges::find(library, "two-by-two", &sim::Scenario::name);
  const auto entry = sim::templated_subject<subjects::ReferenceSubject>("reference", "");
  sim::Simulation simulation(entry, *scenario, depth);
  sim::RandomWalk walk(1);
  std::uint64_t execution = 0;
  std::uint64_t steps = 0;
  for (auto _ : state) {
    walk.begin(execution++);
    steps += simulation.run(walk).steps;
    if (!simulation.violations().empty()) state.SkipWithError("a law was broken");
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["steps"] = static_cast<double>(steps) / static_cast<double>(execution);
}

void BM_ReferencePoolWithoutHistory(benchmark::State& state) {
  run_reference_pool(state, sim::Depth::run);
}
BENCHMARK(BM_ReferencePoolWithoutHistory);
void BM_ReferencePoolWithHistory(benchmark::State& state) {
  run_reference_pool(state, sim::Depth::record);
}
BENCHMARK(BM_ReferencePoolWithHistory);
void BM_ReferencePoolWithEveryLawJudged(benchmark::State& state) {
  run_reference_pool(state, sim::Depth::judge);
}
BENCHMARK(BM_ReferencePoolWithEveryLawJudged);

}  // namespace
}  // namespace poolproof::bench
