#pragma once
// A simulated thread, and the state of the things that tasks wait for.

#include <array>
#include <functional>
#include <string>

#include <poolproof/core/clock.h>
#include <poolproof/sim/engine/fiber.h>
#include <poolproof/sim/engine/task_set.h>

namespace poolproof::sim {

class Engine;

/// Gives an object its number at its first use in an execution.
struct ObjectState {
  std::uint32_t id = 0;
  std::uint32_t epoch = 0;
};

/// What tasks want that not all can have at once.
struct Gate : ObjectState {
  TaskSet wanting;  // tasks whose declared intent is to pass
};

struct MutexState : Gate {
  bool is_held = false;
  TaskId owner = no_task;  // meaningful while is_held
  int* word = nullptr;     // where others look whether it is held: 1 or 0
};

/// A mutex that many may share.
struct SharedMutexState : MutexState {
  Gate to_share;              // those who want their part of it
  std::uint32_t sharers = 0;  // who have it
  unsigned* sharers_word = nullptr;
};

/// A condition variable, or the waiting side of an atomic.
struct WaitState : ObjectState {
  TaskSet waiting;
};

struct SemaphoreState : Gate {
  std::uint64_t permits = 0;
  unsigned* word = nullptr;  // where others look how many there are
};

struct Task {
  Fiber fiber;
  Engine* engine = nullptr;
  TaskId id = no_task;
  std::uint16_t locks_held = 0;
  std::uint16_t aborts = 0;  // how often unwinding has been asked for
  bool timed_out = false;    // how the last wait ended
  bool is_done = false;
  bool is_interrupted = false;  // before it came to wait
  bool is_abandoned = false;    // its stack was given up; it needs a new one
  Instant deadline{};           // while its bit is in Engine::timed_
  std::uint64_t timer = 0;      // order in which equal deadlines fire
  WaitState* waits_on = nullptr;
  MutexState* retakes = nullptr;      // the mutex to lock again after a wait
  Gate* wants = nullptr;              // what it waits for with a deadline
  MutexState* wants_mutex = nullptr;  // what its intent to lock is about
  TaskSet joiners;
  std::move_only_function<void()> body;
  std::string name;
  // Addresses that stand for "spawned" and "ended" to the race detector.
  char start_order = 0;
  char end_order = 0;
};

}  // namespace poolproof::sim
