#include <sys/resource.h>

#include <poolproof/bench/suite/experiments.h>
#include <poolproof/bench/suite/figures.h>

namespace poolproof::bench {
namespace {

using Call = std::function<void(const BuiltPool&)>;

struct Beside {
  std::string what;
  Call call;
  std::size_t left = 1;  ///< connections that nobody has taken
  Duration hold{};
};

/// How often the system has taken the processor away from the calling thread.
long preemptions() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nivcsw;
}

/// Cycles, one after the other. Those in which the system took the processor away say nothing of
/// the pool: they are counted apart. A look is taken only after a long one, since looking costs.
class Watched {
 public:
  Watched(const BuiltPool& pool, Duration hold) : pool_(pool), hold_(hold) {}

  void run(const std::atomic<bool>& is_over) {
    long before = preemptions();
    while (!is_over.load(std::memory_order_relaxed)) {
      const Duration took = pool_.held_up(hold_);
      const long now = took < suspicious ? before : preemptions();
      if (now == before)
        cycles_.add(took);
      else
        ++preempted_;
      before = now;
    }
  }

  [[nodiscard]] const sim::Waits& cycles() const { return cycles_; }
  [[nodiscard]] std::uint64_t preempted() const { return preempted_; }

 private:
  static constexpr Duration suspicious = std::chrono::microseconds(5);

  const BuiltPool& pool_;
  const Duration hold_;
  sim::Waits cycles_;
  std::uint64_t preempted_ = 0;
};

std::uint64_t repeat(const BuiltPool& pool, const Call& call, const std::atomic<bool>& is_over) {
  std::uint64_t calls = 0;
  for (; !is_over.load(std::memory_order_relaxed); ++calls)
    call(pool);
  return calls;
}

double measure(benchmark::State& state, const Contender& contender, const Beside& beside,
               std::size_t size, Duration length) {
  const BuiltPool pool = contender.build({.size = size, .callers = 2});
  pool.take(size);
  const auto taken = pool.take(size - std::min(size, beside.left));
  Watched watched(pool, beside.hold);
  SteadyClock clock;
  std::atomic<bool> is_over{false};
  std::uint64_t calls = 0;
  const Instant began = clock.now();
  {
    std::jthread cycler([&] { watched.run(is_over); });
    std::jthread other([&] { calls = repeat(pool, beside.call, is_over); });
    clock.sleep_until(deadline_after(began, length));
    is_over = true;
  }
  const double seconds = std::chrono::duration<double>(clock.now() - began).count();
  add_waits(state, watched.cycles());
  state.counters["preempted"] = static_cast<double>(watched.preempted());
  const auto count = static_cast<double>(std::max<std::uint64_t>(1, calls));
  state.counters["us_per_call"] = seconds * 1e6 / count;
  return seconds;
}

/// What `pool` can be asked beside its traffic. "nothing" is a thread that is as busy elsewhere.
/// To be refused, whoever tries needs a time in which nothing is there: that is the hold.
std::vector<Beside> besides(const BuiltPool& pool, std::size_t size) {
  std::vector<Beside> all;
  all.push_back({.what = "nothing",
                 .call = [](const BuiltPool&) { benchmark::DoNotOptimize(SteadyClock().now()); },
                 .left = size});
  if (pool.try_cycle)
    all.push_back({.what = "refused_try_acquire",
                   .call = [](const BuiltPool& built) { built.try_cycle(); },
                   .left = 1,
                   .hold = std::chrono::microseconds(2)});
  if (pool.metrics)
    all.push_back({.what = "metrics",
                   .call = [](const BuiltPool& built) { built.metrics(); },
                   .left = size});
  if (pool.health_check)
    all.push_back({.what = "health_check",
                   .call = [](const BuiltPool& built) { built.health_check(); },
                   .left = size});
  return all;
}

}  // namespace

void register_beside(const Suite& suite) {
  for (const std::size_t size : {10U, 10'000U}) {
    for (const Contender& contender : suite.contenders) {
      if (contender.kind != Kind::pool && contender.name != "soci") continue;
      for (const Beside& beside : besides(contender.build({}), size)) {
        register_measurement(
            "beside/" + contender.name + "/call:" + beside.what + "/size:" + std::to_string(size),
            [contender, beside, size, length = suite.round](auto& state) {
              return measure(state, contender, beside, size, length);
            });
      }
    }
  }
}

}  // namespace poolproof::bench
