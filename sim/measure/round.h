#pragma once
// One round of a measurement: so many threads of the system take connections out of one pool and
// give them back, for so long. What a pool is, is left open: whoever measures one says how to
// acquire and release. Ratios of rounds that were taken in turn mean something; a round's absolute
// times belong to the machine and the moment.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include <poolproof/core/clock.h>
#include <poolproof/sim/measure/waits.h>

namespace poolproof::sim {

/// What a pool is built for.
struct PoolPlan {
  std::size_t size = 1;
  unsigned callers = 1;  ///< threads that will use it
  Duration connect{};    ///< how long opening a connection takes
};

struct RoundPlan {
  unsigned threads = 1;
  Duration hold{};  ///< how long each lease is held; up to busy_hold_max busily, beyond asleep
  Duration length = std::chrono::milliseconds(100);
  /// Every so manieth wait is timed, because two looks at a clock cost more than many a cycle. 0:
  /// none.
  unsigned timed_every = 0;

  /// Shorter sleeps are not to be had of a system.
  static constexpr Duration busy_hold_max = std::chrono::microseconds(10);
};

/// What the process has used so far.
struct Usage {
  double processor_seconds = 0;
  std::uint64_t switches = 0;  ///< of context, of all threads
};
Usage usage_so_far() noexcept;

struct RoundResult {
  double seconds = 0;
  std::uint64_t cycles = 0;  ///< that ended before the round did
  std::uint64_t least = 0;   ///< cycles of the thread that got the fewest
  std::uint64_t most = 0;
  Waits waits;
  Usage used;
};

/// Asks the system to wake this thread in time: by default it may be 50 us late.
void become_punctual() noexcept;

/// The C library skips the atomic instructions of a mutex in a program that never had a second
/// thread. A pool's program has: call this before measuring.
void become_multi_threaded();

namespace measure {

/// What one thread did. Alone on its cache lines.
struct alignas(64) Caller {
  std::uint64_t cycles = 0;
  Waits waits;
};

void hold_for(Duration hold, Clock& clock);
RoundResult summary(const std::vector<std::unique_ptr<Caller>>& callers);

template <class Pool>
void cycle(Pool& pool, unsigned number, const RoundPlan& plan, Clock& clock) {
  auto lease = pool.acquire(number);
  if (plan.hold > Duration::zero()) hold_for(plan.hold, clock);
  pool.release(number, lease);
}

template <class Pool>
void timed_cycle(Pool& pool, unsigned number, const RoundPlan& plan, Clock& clock, Waits& waits) {
  const Instant asked = clock.now();
  auto lease = pool.acquire(number);
  waits.add(clock.now() - asked);
  if (plan.hold > Duration::zero()) hold_for(plan.hold, clock);
  pool.release(number, lease);
}

/// What the threads of a round and whoever times it tell each other.
struct Whistle {
  std::atomic<bool> is_over{false};
  std::atomic<bool> has_cycle{false};  ///< one has ended: before that a round says nothing
};

template <class Pool>
void call(Pool& pool, unsigned number, const RoundPlan& plan, Whistle& whistle, Caller& caller) {
  SteadyClock clock;
  unsigned until_timed = plan.timed_every;
  for (;;) {
    if (until_timed == 1) {
      timed_cycle(pool, number, plan, clock, caller.waits);
      until_timed = plan.timed_every;
    } else {
      cycle(pool, number, plan, clock);
      if (until_timed != 0) --until_timed;
    }
    // A cycle that ends after the round has no part in it, however many threads wait.
    if (whistle.is_over.load(std::memory_order_relaxed)) return;
    if (++caller.cycles == 1) {
      whistle.has_cycle = true;
      whistle.has_cycle.notify_one();
    }
  }
}

}  // namespace measure

/// `Pool` has acquire(unsigned caller), whose result it takes back with release(unsigned caller,
/// its result&). Callers are numbered from 0; each is one thread at a time. Blocks until the round
/// is over, which it is not before a first cycle has ended. `clock` is the machine's.
template <class Pool>
RoundResult run_round(Pool& pool, const RoundPlan& plan, Clock& clock) {
  std::atomic<unsigned> ready{0};
  std::atomic<bool> has_begun{false};
  measure::Whistle whistle;
  std::vector<std::unique_ptr<measure::Caller>> callers;
  for (unsigned number = 0; number < plan.threads; ++number)
    callers.push_back(std::make_unique<measure::Caller>());
  std::vector<std::jthread> threads;
  for (unsigned number = 0; number < plan.threads; ++number) {
    threads.emplace_back([&, number] {
      become_punctual();
      ++ready;
      ready.notify_one();
      has_begun.wait(false);
      measure::call(pool, number, plan, whistle, *callers[number]);
    });
  }
  for (unsigned seen = ready; seen < plan.threads; seen = ready)
    ready.wait(seen);
  const Usage before = usage_so_far();
  const Instant began = clock.now();
  has_begun = true;
  has_begun.notify_all();
  clock.sleep_until(deadline_after(began, plan.length));
  whistle.has_cycle.wait(false);  // The system may have let no thread begin.
  whistle.is_over = true;
  const Duration took = clock.now() - began;
  threads.clear();
  const Usage after = usage_so_far();
  RoundResult result = measure::summary(callers);
  result.seconds = std::chrono::duration<double>(took).count();
  result.used = {.processor_seconds = after.processor_seconds - before.processor_seconds,
                 .switches = after.switches - before.switches};
  return result;
}

}  // namespace poolproof::sim
