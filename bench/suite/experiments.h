#pragma once
// What the suite measures, as benchmarks with names that a report can read:
// EXPERIMENT/CONTENDER/key:value/... Contenders are registered next to each other, one for one, so
// that they are measured in turn. docs/performance.md says what each figure means.

#include <span>

#include <poolproof/bench/suite/contender.h>

namespace poolproof::bench {

struct Suite {
  std::vector<Contender> contenders;
  Duration round = std::chrono::milliseconds(100);
};

/// cycle, hold, size and waiters: many threads acquire and release.
void register_cycles(const Suite& suite);
/// timeouts: nobody ever gets a connection.
void register_timeouts(const Suite& suite);
/// beside: how long a cycle is held up while another thread does something else with the pool.
void register_beside(const Suite& suite);
/// storm: everybody comes at once to a pool that has opened nothing.
void register_storms(const Suite& suite);
/// memory and allocations.
void register_memory(const Suite& suite);

}  // namespace poolproof::bench
