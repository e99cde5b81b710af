#include <poolproof/bench/suite/figures.h>

#include <poolproof/bench/suite/allocations.h>

namespace poolproof::bench {

void register_measurement(const std::string& name,
                          std::function<double(benchmark::State&)> measure) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [measure = std::move(measure)](auto& state) {
                                 for (auto _ : state)
                                   state.SetIterationTime(measure(state));
                               })
      ->Iterations(1)
      ->UseManualTime();
}

void add_waits(benchmark::State& state, const sim::Waits& waits) {
  if (waits.count() == 0) return;
  const auto microseconds = [](std::uint64_t ns) { return static_cast<double>(ns) * 1e-3; };
  state.counters["mean_us"] = waits.mean_ns() * 1e-3;
  state.counters["p50_us"] = microseconds(waits.percentile_ns(50));
  state.counters["p99_us"] = microseconds(waits.percentile_ns(99));
  state.counters["p99_9_us"] = microseconds(waits.percentile_ns(99.9));
  state.counters["max_us"] = microseconds(waits.max_ns());
}

void add_round(benchmark::State& state, const sim::RoundResult& result) {
  const double cycles = static_cast<double>(std::max<std::uint64_t>(1, result.cycles));
  state.counters["cycles_per_s"] = static_cast<double>(result.cycles) / result.seconds;
  state.counters["ns_per_cycle"] = result.seconds * 1e9 / cycles;
  state.counters["processor_ns_per_cycle"] = result.used.processor_seconds * 1e9 / cycles;
  state.counters["switches_per_cycle"] = static_cast<double>(result.used.switches) / cycles;
  state.counters["least_served"] = static_cast<double>(result.least);
  state.counters["most_served"] = static_cast<double>(result.most);
  if (result.most > 0)
    state.counters["fairness"] =
        static_cast<double>(result.least) / static_cast<double>(result.most);
  add_waits(state, result.waits);
}

}  // namespace poolproof::bench
