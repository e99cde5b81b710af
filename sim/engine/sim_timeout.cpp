#include <poolproof/sim/engine/sim_timeout.h>

#include <string>

#include <fmt/format.h>

#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/sim_sync.h>

namespace poolproof::sim {

void refuse_timeout(std::string_view call, double timeout_s) {
  Engine& engine = Engine::current();
  engine.fail(fmt::format(
      "task {} calls {} with {:.10g} s, which the standard library adds to steady_clock::now(): "
      "the sum overflows, lies in the past, and the wait ends at once; \"for ever\" is a wait "
      "without a timeout",
      static_cast<unsigned>(engine.running()), call, timeout_s));
}

Instant wait_deadline(Duration timeout) {
  return deadline_after(Engine::current().read_clock(), timeout);
}

void refuse_release(const SemaphoreState& semaphore, std::ptrdiff_t most) {
  Engine& engine = Engine::current();
  engine.fail(fmt::format("task {} releases semaphore #{}, which has room for {}, beyond that",
                          static_cast<unsigned>(engine.running()), semaphore.id, most));
}

}  // namespace poolproof::sim
