// Many threads share four connections, beside the floor of a mutex, a deque and a condition
// variable.

#include <benchmark/benchmark.h>

#include <memory>

#include <poolproof/bench/floors.h>
#include <poolproof/core/pool/connection_pool.h>

namespace poolproof::bench {
namespace {

constexpr int connections = 4;

// Made by one thread before the others start, and gone after they have ended.
std::unique_ptr<ConnectionPool> shared_pool;
std::unique_ptr<QueueFloor> shared_floor;

void make_pool(const benchmark::State&) {
  static NullFactory factory;
  static SteadyClock clock;
  shared_pool = std::make_unique<ConnectionPool>(
      PoolConfig{.max_size = connections, .acquire_timeout = Duration::max()}, factory, clock);
}
void make_floor(const benchmark::State&) {
  shared_floor = std::make_unique<QueueFloor>(connections);
}

void BM_ContentionOfThePool(benchmark::State& state) {
  for (auto _ : state) {
    auto lease = shared_pool->acquire();
    benchmark::DoNotOptimize(lease);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ContentionOfThePool)
    ->Setup(make_pool)
    ->Teardown([](const benchmark::State&) { shared_pool.reset(); })
    ->Threads(1)
    ->Threads(2)
    ->Threads(8)
    ->Threads(32)
    ->UseRealTime();

void BM_ContentionOfMutexDequeAndConditionVariable(benchmark::State& state) {
  for (auto _ : state) {
    const int item = shared_floor->acquire();
    benchmark::DoNotOptimize(item);
    shared_floor->release(item);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ContentionOfMutexDequeAndConditionVariable)
    ->Setup(make_floor)
    ->Teardown([](const benchmark::State&) { shared_floor.reset(); })
    ->Threads(1)
    ->Threads(2)
    ->Threads(8)
    ->Threads(32)
    ->UseRealTime();

}  // namespace
}  // namespace poolproof::bench
