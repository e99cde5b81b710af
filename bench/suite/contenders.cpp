#include <algorithm>

#include <poolproof/bench/suite/peers.h>
#include <poolproof/bench/suite/reference_pool.h>
#include <poolproof/sim/measure/floor_pools.h>

namespace poolproof::bench {
namespace {

std::vector<Contender> floors() {
  return {
      {.name = "no-pool",
       .kind = Kind::ideal,
       .about = "As many threads as connections, each with its own: nobody ever waits.",
       .build = &build<sim::NoPool>},
      {.name = "own-slot",
       .kind = Kind::floor,
       .about = "A slot for each thread: one compare-exchange, one plain store.",
       .has_bound = false,
       .build = &build<sim::OwnSlot>},
      {.name = "shared-count",
       .kind = Kind::floor,
       .about = "One counter for all threads: a compare-exchange down, another up.",
       .has_bound = false,
       .build = &build<sim::SharedCount>},
      {.name = "two-mutex-pairs",
       .kind = Kind::floor,
       .about = "Two std::mutex lock and unlock pairs: the least of a pool with one lock.",
       .has_bound = false,
       .build = &build<sim::TwoMutexPairs>},
      {.name = "mutex-deque-condition",
       .kind = Kind::floor,
       .about =
           "A mutex, a deque, a condition variable: the usual pool of twenty lines, in no order.",
       .build = &build<sim::MutexDequeCondition>},
      {.name = "futex-hand-off",
       .kind = Kind::floor,
       .about =
           "A queue under a spin lock and a futex for each waiter: the least of any strict order.",
       .build = &build<sim::FutexHandOff>},
  };
}

Contender reference() {
  return {.name = "poolproof",
          .kind = Kind::pool,
          .about = "The reference pool of this repository, first come, first served.",
          .build = &build<ReferencePool>};
}

}  // namespace

std::vector<Contender> contenders(unsigned turn) {
  std::vector<Contender> all = floors();
  all.push_back(reference());
  for (Contender& peer : peers())
    all.push_back(std::move(peer));
  std::ranges::rotate(all, all.begin() + static_cast<std::ptrdiff_t>(turn % all.size()));
  return all;
}

}  // namespace poolproof::bench
