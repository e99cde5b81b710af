#pragma once
// The simulated half of the seam: what a pool templated on Platform is given to run inside an
// Engine. Its twin is core/pool/std_platform.h.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/sim/engine/sim_atomic.h>
#include <poolproof/sim/engine/sim_clock.h>
#include <poolproof/sim/engine/sim_sync.h>
#include <poolproof/sim/engine/sim_thread.h>

namespace poolproof::sim {

/// One T for each task that asks, made at its first get(). A fiber has no thread_local of its own.
template <class T>
class SimThreadSpecific {
 public:
  T& get() {
    const EngineSection section;
    // A thread's own storage comes with the thread.
    const mocks::AllocationFaults::Pause pause;
    const auto task = static_cast<std::size_t>(Engine::current().running());
    if (task >= values_.size()) values_.resize(task + 1);
    if (!values_[task]) values_[task] = std::make_unique<T>();
    return *values_[task];
  }

 private:
  std::vector<std::unique_ptr<T>> values_;
};

struct SimPlatform {
  using mutex = SimMutex;
  using condition_variable = SimConditionVariable;
  template <class T>
  using atomic = SimAtomic<T>;
  using counting_semaphore = SimCountingSemaphore<>;
  using thread = SimThread;
  using jthread = SimJThread;
  using stop_token = SimStopToken;
  using stop_source = SimStopSource;
  template <class T>
  using thread_specific = SimThreadSpecific<T>;
  using clock = SimClock;

  /// Waits until notified, spuriously, or until `deadline` of the injected clock, which is the
  /// engine's own.
  static std::cv_status wait_until(condition_variable& condition, std::unique_lock<mutex>& lock,
                                   clock&, Instant deadline) {
    return condition.wait_until(lock, deadline);
  }
  static thread::id this_thread_id() { return this_task::get_id(); }
  static void yield() { this_task::yield(); }
};

}  // namespace poolproof::sim
