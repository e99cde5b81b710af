#pragma once
// For the tests of strategies: programs that are hard for some, and schedules to compare.

#include <string>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/sim_platform.h>

namespace poolproof::sim {

/// "inside" when one task took all of its `steps` steps between two neighbouring steps of the
/// other: a bug of depth 2, with a chance of about 2^-steps under a random walk.
inline std::string a_long_run_inside_another(int steps) {
  SimAtomic<int> clock{0};
  SimAtomic<int> idle{0};
  bool is_inside = false;
  SimThread ticking([&] {
    for (int i = 1; i <= steps; ++i)
      clock.store(i);
  });
  SimThread watching([&] {
    const int before = clock.load();
    for (int i = 2; i < steps; ++i)
      idle.load();
    is_inside = before == steps / 2 && clock.load() == before;
  });
  ticking.join();
  watching.join();
  return is_inside ? "inside" : "outside";
}

/// Two tasks look again and again for what a third does; `is_polite`: and yield between.
inline std::string two_that_spin_for_a_third(bool is_polite) {
  SimAtomic<bool> is_done{false};
  const auto spin = [&] {
    while (!is_done.load()) {
      if (is_polite) this_task::yield();
    }
  };
  SimThread first(spin);
  SimThread second(spin);
  SimThread third([&] { is_done.store(true); });
  first.join();
  second.join();
  third.join();
  return "ended";
}

/// How a wait with a deadline ended that a notification races.
inline std::string a_notification_races_a_deadline() {
  SimMutex mutex;
  SimConditionVariable condition;
  bool is_told = false;
  SimThread other([&] {
    const std::unique_lock lock(mutex);
    is_told = true;
    condition.notify_one();
  });
  std::unique_lock lock(mutex);
  const bool in_time =
      condition.wait_until(lock, Instant{} + std::chrono::seconds(1), [&] { return is_told; });
  lock.unlock();
  other.join();
  return in_time ? "told" : "late";
}

/// The schedule of execution `number` of `program`.
template <class Program>
Schedule schedule_of(Strategy& strategy, std::uint64_t number, const Program& program,
                     const ExecutionLimits& limits = {}) {
  Engine engine;
  strategy.begin(number);
  engine.run(strategy, limits, [&] { program(); });
  return engine.schedule();
}

}  // namespace poolproof::sim
