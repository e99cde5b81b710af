#pragma once
// Waiting for what the kernel has, and nobody tells of: it is looked at again and again.

#include <algorithm>
#include <chrono>

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim::as_is {

/// Looks until there is something or `deadline` comes, seldom at last, while time goes on for
/// those who sleep. Without a deadline for as long as other tasks can still go on, but not much
/// longer than whoever is tried could take. False: nothing came of it, so that without a deadline
/// it can only come from elsewhere.
template <class Look>
bool look_until(Instant deadline, Look look) {
  constexpr int looks_max = 1000;
  constexpr int yields = 4;
  constexpr Duration longest_pause = std::chrono::seconds(1);
  Engine& engine = Engine::current();
  Duration pause = std::chrono::milliseconds(1);
  for (int looks = 0; looks < looks_max; ++looks) {
    if (look()) return true;
    const bool is_alone = !engine.others_can_go_on();
    if (deadline <= engine.read_clock() || (is_alone && deadline == Instant::max())) return false;
    if (looks < yields && !is_alone) {
      engine.yield();
      continue;
    }
    const Instant next = is_alone ? deadline : deadline_after(engine.read_clock(), pause);
    engine.sleep_until(std::min(next, deadline));
    pause = std::min(2 * pause, longest_pause);
  }
  if (deadline == Instant::max()) return false;
  engine.sleep_until(deadline);
  return look();
}

}  // namespace poolproof::sim::as_is
