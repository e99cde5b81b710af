#include <poolproof/bench/suite/experiments.h>
#include <poolproof/bench/suite/figures.h>

namespace poolproof::bench {
namespace {

using std::chrono::microseconds;

struct Case {
  std::string experiment;
  unsigned threads = 1;
  std::size_t size = 8;
  Duration hold{};
};

std::string name_of(const Case& one, const Contender& contender) {
  return one.experiment + "/" + contender.name + "/threads:" + std::to_string(one.threads) +
         "/size:" + std::to_string(one.size) +
         "/hold_us:" + std::to_string(std::chrono::duration_cast<microseconds>(one.hold).count());
}

/// A look at the clock costs more than many a cycle: without a hold only few waits are timed, and
/// none where nobody has to wait.
unsigned timed_every(const Case& one) {
  if (one.threads <= one.size) return 0;
  return one.hold > Duration::zero() ? 1 : 16;
}

/// Where everybody holds for long, a short round would have nothing to tell of fairness.
Duration length_of(const Case& one, Duration length) {
  return one.hold >= std::chrono::milliseconds(1) ? 3 * length : length;
}

double measure(benchmark::State& state, const Contender& contender, const Case& one,
               Duration length) {
  sim::RoundPlan plan{.threads = one.threads,
                      .hold = one.hold,
                      .length = length_of(one, length),
                      .timed_every = timed_every(one)};
  if (contender.kind == Kind::ideal)
    plan.threads = static_cast<unsigned>(std::min<std::size_t>(one.threads, one.size));
  const BuiltPool pool = contender.build({.size = one.size, .callers = one.threads});
  pool.take(one.size);  // And given back: every connection is open.
  const sim::RoundResult result = pool.round(plan);
  add_round(state, result);
  return result.seconds;
}

void register_case(const Suite& suite, const Case& one) {
  const bool somebody_waits = one.threads > one.size;
  for (const Contender& contender : suite.contenders) {
    const bool needs_bound = somebody_waits && one.experiment != "cycle";
    if (needs_bound && !contender.has_bound) continue;
    if (one.experiment == "size" && contender.kind == Kind::ideal) continue;
    register_measurement(name_of(one, contender),
                         [contender, one, length = suite.round](benchmark::State& state) {
                           return measure(state, contender, one, length);
                         });
  }
}

}  // namespace

void register_cycles(const Suite& suite) {
  for (const unsigned threads : {1U, 2U, 4U, 8U, 32U, 128U})
    register_case(suite, {.experiment = "cycle", .threads = threads});
  for (const unsigned threads : {32U, 128U})
    for (const Duration hold : {microseconds(1), microseconds(100), microseconds(1'000)})
      register_case(suite, {.experiment = "hold", .threads = threads, .hold = hold});
  for (const std::size_t size : {1U, 8U, 64U, 1'000U, 10'000U})
    register_case(suite, {.experiment = "size", .size = size});
  for (const unsigned waiters : {0U, 10U, 100U, 1'000U})
    register_case(suite, {.experiment = "waiters", .threads = 8 + waiters});
}

}  // namespace poolproof::bench
