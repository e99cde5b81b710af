#pragma once
// What a task is about to do, declared before it is done: strategies, reduction and the trace live
// on it.

#include <cstdint>
#include <string>
#include <string_view>

#include <poolproof/sim/engine/task_id.h>

namespace poolproof::sim {

enum class IntentKind : std::uint8_t {
  start,
  lock,
  try_lock,
  unlock,
  lock_exclusive,
  lock_shared,
  unlock_shared,
  wait,
  notify_one,
  notify_all,
  load,
  store,
  exchange,
  compare_exchange,
  atomic_wait,
  atomic_notify,
  semaphore_acquire,
  semaphore_release,
  owner_lock,  ///< of a shared, timed or recursive mutex of sim_mutexes.h, as the next two
  sharer_lock,
  owner_unlock,
  count_down,
  latch_wait,
  arrive,
  barrier_wait,
  once,
  stop,
  park,
  unpark,
  spawn,
  join,
  yield,
  sleep,
  client_call,
};

std::string_view to_string(IntentKind kind) noexcept;

/// `object` is numbered in order of first use in its execution, from 1; 0 is none. For spawn and
/// join it is the task's id.
struct Intent {
  IntentKind kind = IntentKind::start;
  std::uint32_t object = 0;
  friend bool operator==(const Intent&, const Intent&) = default;
};

/// "lock mutex #3".
std::string to_string(const Intent& intent);

}  // namespace poolproof::sim
