#include <poolproof/bench/suite/experiments.h>
#include <poolproof/bench/suite/figures.h>

namespace poolproof::bench {
namespace {

constexpr unsigned impatient_callers = 8;
constexpr Duration patience = std::chrono::milliseconds(1);

/// Asks and gets nothing: a cycle is one time-out. How late it came is noted here, since a wait's
/// bucket would be wider than that.
class Impatient {
 public:
  explicit Impatient(const BuiltPool& pool) : pool_(pool), lateness_(impatient_callers) {}

  int acquire(unsigned caller) {
    SteadyClock clock;
    const Instant deadline = deadline_after(clock.now(), patience);
    if (pool_.acquire_within(caller, patience)) has_granted_ = true;
    lateness_[caller].add(clock.now() - deadline);
    return 0;
  }
  void release(unsigned, int&) {}

  [[nodiscard]] bool has_granted() const { return has_granted_; }
  [[nodiscard]] sim::Waits lateness() const {
    sim::Waits all;
    for (const sim::Waits& one : lateness_)
      all.merge(one);
    return all;
  }

 private:
  const BuiltPool& pool_;
  std::vector<sim::Waits> lateness_;
  std::atomic<bool> has_granted_{false};
};

double measure(benchmark::State& state, const Contender& contender, Duration length) {
  const BuiltPool pool = contender.build({.size = 1, .callers = impatient_callers + 1});
  const auto taken = pool.take(1);
  Impatient impatient(pool);
  SteadyClock clock;
  const sim::RoundPlan plan{.threads = impatient_callers, .length = length};
  const sim::RoundResult result = sim::run_round(impatient, plan, clock);
  if (impatient.has_granted()) state.SkipWithError("the only connection had two holders");
  add_round(state, result);
  add_waits(state, impatient.lateness());
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
