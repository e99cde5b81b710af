#pragma once
// How figures come into the results of Google Benchmark.

#include <functional>
#include <string>

#include <benchmark/benchmark.h>

#include <poolproof/bench/suite/contender.h>

namespace poolproof::bench {

/// Registers `measure`, which is called once for each repetition and returns the seconds that it
/// measured.
void register_measurement(const std::string& name,
                          std::function<double(benchmark::State&)> measure);

void add_waits(benchmark::State& state, const sim::Waits& waits);
void add_round(benchmark::State& state, const sim::RoundResult& result);

}  // namespace poolproof::bench
