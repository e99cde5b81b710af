#include <latch>

#include <poolproof/bench/suite/experiments.h>
#include <poolproof/bench/suite/figures.h>

namespace poolproof::bench {
namespace {

constexpr Duration connect_time = std::chrono::milliseconds(1);

/// Everybody takes one connection and keeps it until all have one.
double measure(benchmark::State& state, const Contender& contender, unsigned size) {
  const BuiltPool pool = contender.build({.size = size, .callers = size, .connect = connect_time});
  std::latch ready(size + 1);
  std::latch served(size);
  std::vector<std::jthread> threads;
  for (unsigned caller = 0; caller < size; ++caller) {
    threads.emplace_back([&] {
      sim::become_punctual();
      ready.arrive_and_wait();
      const auto lease = pool.take(1);
      served.arrive_and_wait();
    });
  }
  SteadyClock clock;
  ready.arrive_and_wait();
  const Instant began = clock.now();
  served.wait();
  const double seconds = std::chrono::duration<double>(clock.now() - began).count();
  state.counters["all_served_ms"] = seconds * 1e3;
  return seconds;
}

}  // namespace

void register_storms(const Suite& suite) {
  for (const unsigned size : {8U, 64U, 256U}) {
    for (const Contender& contender : suite.contenders) {
      if (!contender.opens_late || contender.kind == Kind::floor || contender.kind == Kind::ideal)
        continue;
      register_measurement(
          "storm/" + contender.name + "/size:" + std::to_string(size),
          [contender, size](benchmark::State& state) { return measure(state, contender, size); });
    }
  }
}

}  // namespace poolproof::bench
