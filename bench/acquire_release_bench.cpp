// One thread takes a connection out and gives it back, beside two lock/unlock pairs: the least
// that a pool with one lock can cost. `ratio` is the cycle's time in such double pairs, measured
// in the same run.

#include <benchmark/benchmark.h>

#include <chrono>
#include <mutex>

#include <poolproof/bench/floors.h>
#include <poolproof/core/pool/connection_pool.h>

namespace poolproof::bench {
namespace {

void two_mutex_pairs(std::mutex& mutex) {
  for (int i = 0; i < 2; ++i) {
    mutex.lock();
    benchmark::ClobberMemory();
    mutex.unlock();
  }
}

void cycle(ConnectionPool& pool) {
  auto lease = pool.acquire();
  benchmark::DoNotOptimize(lease);
}

/// Seconds for `turns` turns of `body`.
template <class Body>
double seconds(int turns, Body body) {
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < turns; ++i)
    body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void BM_TwoMutexPairs(benchmark::State& state) {
  become_multi_threaded();
  std::mutex mutex;
  for (auto _ : state)
    two_mutex_pairs(mutex);
}
BENCHMARK(BM_TwoMutexPairs);

void BM_AcquireRelease(benchmark::State& state) {
  become_multi_threaded();
  NullFactory factory;
  SteadyClock clock;
  ConnectionPool pool({.max_size = 10}, factory, clock);
  for (auto _ : state)
    cycle(pool);
}
BENCHMARK(BM_AcquireRelease);

void BM_AcquireReleaseThatNeverAges(benchmark::State& state) {
  become_multi_threaded();
  NullFactory factory;
  SteadyClock clock;
  const PoolConfig config{.idle_timeout = Duration::zero(), .max_lifetime = Duration::zero()};
  ConnectionPool pool(config, factory, clock);
  for (auto _ : state)
    cycle(pool);
}
BENCHMARK(BM_AcquireReleaseThatNeverAges);

// The two in turn, in short slices, so that a machine whose speed drifts slows both.
void BM_AcquireReleaseInDoubleMutexPairs(benchmark::State& state) {
  become_multi_threaded();
  std::mutex mutex;
  NullFactory factory;
  SteadyClock clock;
  ConnectionPool pool({.max_size = 10}, factory, clock);
  constexpr int slice = 1'000;
  double pool_time = 0;
  double mutex_time = 0;
  for (auto _ : state) {
    pool_time += seconds(slice, [&] { cycle(pool); });
    mutex_time += seconds(slice, [&] { two_mutex_pairs(mutex); });
  }
  state.counters["ratio"] = pool_time / mutex_time;
}
BENCHMARK(BM_AcquireReleaseInDoubleMutexPairs);

}  // namespace
}  // namespace poolproof::bench
