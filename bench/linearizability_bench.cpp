// How many histories of three clients with four operations each L15 judges a minute on one core:
// as the laws are judged, and with the search alone, which an obvious order mostly saves.

#include <benchmark/benchmark.h>

#include <vector>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/explore/random_walk.h>
#include <poolproof/sim/explore/simulation.h>
#include <poolproof/sim/judge/laws/linearizability_search.h>
#include <poolproof/subjects/reference_subject.h>

namespace poolproof::bench {
namespace {

constexpr std::string_view three_by_four = R"(
name = "three-by-four"
time = "racing"
[pool]
max_size = 2
min_size = 0
[[clients]]
count = 3
steps = ["acquire 1ms", "release", "try_acquire", "release"]
)";

constexpr std::size_t histories_max = 4'000;

/// Different executions of the reference pool, by chance.
std::vector<sim::History> record_histories() {
  const auto scenario = sim::Scenario::parse(three_by_four, "three-by-four");
  ensure(scenario.has_value());
  const auto entry = sim::templated_subject<subjects::ReferenceSubject>("reference", "");
  sim::Simulation simulation(entry, *scenario, sim::Depth::record);
  sim::RandomWalk walk(1);
  std::vector<sim::History> histories;
  for (std::size_t i = 0; i < histories_max; ++i) {
    walk.begin(i);
    simulation.run(walk);
    histories.push_back(simulation.history());
  }
  return histories;
}

const std::vector<sim::History>& histories() {
  static const std::vector<sim::History> recorded = record_histories();
  return recorded;
}

/// `judge(history, index)` says whether an order was found.
template <class Judge>
void judge_all(benchmark::State& state, Judge judge) {
  const std::vector<sim::History>& all = histories();
  sim::HistoryIndex index;
  std::size_t next = 0;
  for (auto _ : state) {
    const sim::History& history = all[next++ % all.size()];
    index.build(history);
    if (!judge(history, index)) state.SkipWithError("no order was found");
  }
  state.counters["histories_a_minute"] = benchmark::Counter(
      60 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void BM_JudgeLinearizability(benchmark::State& state) {
  std::vector<sim::Violation> found;
  const sim::Law& law = sim::law(sim::LawId::linearizability);
  judge_all(state, [&](const sim::History& history, const sim::HistoryIndex& index) {
    return law.judge(history, index, found) && found.empty();
  });
}
BENCHMARK(BM_JudgeLinearizability);

void BM_SearchForAnOrder(benchmark::State& state) {
  judge_all(state, [](const sim::History& history, const sim::HistoryIndex& index) {
    return sim::find_order(history, index).verdict == sim::Linearization::Verdict::legal;
  });
}
BENCHMARK(BM_SearchForAnOrder);

}  // namespace
}  // namespace poolproof::bench
