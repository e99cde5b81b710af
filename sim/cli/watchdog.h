#pragma once
// Looks after the threads that run executions: a task that blocks on something that is not the
// Platform's, or spins without end, never comes back to the engine, and nobody else would say so.

#include <memory>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

/// The calling thread will run executions; from now until it ends it is looked after. Cheap when
/// it is already.
void watch_this_thread();

/// While one lives, a task that reaches no scheduling point for `patience` is reported on standard
/// error: where, with its stack, and what is usually the cause. The run goes on; from then on the
/// first SIGINT or SIGTERM ends the program, and so does another five times `patience`, with exit
/// code 2. One at a time in the process.
class Watchdog {
 public:
  /// Duration::zero(): it does nothing.
  explicit Watchdog(Duration patience);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  /// Whether a task that was reported has not come back. For signal handlers, too.
  [[nodiscard]] static bool has_barked() noexcept;
  /// Ends the program, for who has no hope of that task. For signal handlers, too.
  [[noreturn]] static void give_up() noexcept;

 private:
  class Looking;
  const std::unique_ptr<Looking> looking_;
};

}  // namespace poolproof::sim
