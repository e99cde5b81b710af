#include <poolproof/bench/suite/experiments.h>
#include <poolproof/bench/suite/figures.h>

namespace poolproof::bench {
namespace {

constexpr unsigned impatient_callers = 8;
constexpr Duration patience = std::chrono::milliseconds(1);

/// Asks and gets nothing: a cycle is one time-out, and its wait how long the caller was kept.
class Impatient {
 public:
  explicit Impatient(const BuiltPool& pool) : pool_(pool) {}
  int acquire(unsigned caller) { return static_cast<int>(pool_.acquire_within(caller, patience)); }
  void release(unsigned, int& was_granted) { grants_ += static_cast<unsigned>(was_granted); }
  [[nodiscard]] unsigned grants() const { return grants_; }

 private:
  const BuiltPool& pool_;
  std::atomic<unsigned> grants_{0};
};

double measure(benchmark::State& state, const Contender& contender, Duration length) {
  const BuiltPool pool = contender.build({.size = 1, .callers = impatient_callers + 1});
  const auto taken = pool.take(1);
  Impatient impatient(pool);
  SteadyClock clock;
  const sim::RoundPlan plan{.threads = impatient_callers, .length = length, .timed_every = 1};
  const sim::RoundResult result = sim::run_round(impatient, plan, clock);
  if (impatient.grants() > 0) state.SkipWithError("the only connection had two holders");
  add_round(state, result);
  add_waits(state, result.waits, patience);
  return result.seconds;
}

}  // namespace

void register_timeouts(const Suite& suite) {
  for (const Contender& contender : suite.contenders) {
    if (!contender.build({}).acquire_within) continue;
    register_measurement("timeouts/" + contender.name + "/threads:8/timeout_us:1000",
                         [contender, length = suite.round](benchmark::State& state) {
                           return measure(state, contender, length);
                         });
  }
}

}  // namespace poolproof::bench
