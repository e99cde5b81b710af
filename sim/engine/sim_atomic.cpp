#include <poolproof/sim/engine/sim_atomic.h>

#include <map>

#include <poolproof/mocks/allocation_faults.h>

namespace poolproof::sim {
namespace {

/// Of one OS thread, and of its execution under way.
struct Referred {
  std::uint32_t execution = 0;
  const Engine* engine = nullptr;
  std::map<const void*, WaitState> states;  // found by address, never walked in its order
};

}  // namespace

WaitState& state_of_referred(const void* object) {
  const EngineSection section;
  const mocks::AllocationFaults::Pause pause;
  static thread_local Referred referred;
  const Engine& engine = Engine::current();
  if (referred.engine != &engine || referred.execution != engine.execution_number()) {
    referred.states.clear();
    referred.engine = &engine;
    referred.execution = engine.execution_number();
  }
  return referred.states[object];
}

}  // namespace poolproof::sim
