#include <latch>

#include <poolproof/bench/suite/allocations.h>
#include <poolproof/bench/suite/experiments.h>
#include <poolproof/bench/suite/figures.h>

namespace poolproof::bench {
namespace {

constexpr std::size_t connections = 10'000;
constexpr unsigned waiters = 256;
constexpr std::uint64_t cycles_counted = 1'000;

double difference(std::uint64_t after, std::uint64_t before) {
  return static_cast<double>(after) - static_cast<double>(before);
}

double bytes_of_clients() {
  std::vector<std::unique_ptr<DbClient>> clients;
  clients.reserve(connections);
  const std::uint64_t before = bytes_allocated();
  for (std::size_t i = 0; i < connections; ++i)
    clients.push_back(std::make_unique<NullClient>());
  return difference(bytes_allocated(), before);
}

/// Beyond the client in it, of which each contender has one for each connection.
double bytes_per_connection(const Contender& contender) {
  const double of_clients = bytes_of_clients();
  const std::uint64_t before = bytes_allocated();
  const BuiltPool pool = contender.build({.size = connections, .callers = 1});
  pool.take(connections);
  return (difference(bytes_allocated(), before) - of_clients) / double{connections};
}

/// What the pool allocates while so many threads wait, which had begun before.
double bytes_per_waiter(const Contender& contender) {
  const BuiltPool pool = contender.build({.size = 1, .callers = waiters + 1});
  auto taken = pool.take(1);
  std::latch ready(waiters + 1);
  std::vector<std::jthread> threads;
  for (unsigned caller = 0; caller < waiters; ++caller) {
    threads.emplace_back([&, caller] {
      ready.arrive_and_wait();
      pool.cycle(caller + 1);
    });
  }
  const std::uint64_t before = bytes_allocated();
  ready.arrive_and_wait();
  SteadyClock clock;
  clock.sleep_until(deadline_after(clock.now(), std::chrono::milliseconds(20)));
  const std::uint64_t after = bytes_allocated();
  taken.reset();
  return difference(after, before) / waiters;
}

double allocations_per_cycle(const Contender& contender) {
  const BuiltPool pool = contender.build({.size = 8, .callers = 1});
  pool.take(8);
  for (std::uint64_t i = 0; i < cycles_counted; ++i)
    pool.cycle(0);
  const std::uint64_t before = allocations_of_this_thread();
  for (std::uint64_t i = 0; i < cycles_counted; ++i)
    pool.cycle(0);
  return difference(allocations_of_this_thread(), before) / double{cycles_counted};
}

double measure(benchmark::State& state, const Contender& contender) {
  SteadyClock clock;
  const Instant began = clock.now();
  state.counters["bytes_per_connection"] = bytes_per_connection(contender);
  if (contender.has_bound) state.counters["bytes_per_waiter"] = bytes_per_waiter(contender);
  state.counters["allocations_per_cycle"] = allocations_per_cycle(contender);
  return std::chrono::duration<double>(clock.now() - began).count();
}

}  // namespace

void register_memory(const Suite& suite) {
  for (const Contender& contender : suite.contenders) {
    const bool is_pool = contender.kind == Kind::pool || contender.kind == Kind::peer;
    if (!is_pool || contender.name == "poco-sessionpool") continue;
    register_measurement("memory/" + contender.name, [contender](benchmark::State& state) {
      return measure(state, contender);
    });
  }
}

}  // namespace poolproof::bench
