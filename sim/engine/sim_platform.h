#pragma once
// The simulated half of the seam: what a pool templated on Platform is given to run inside an
// Engine. Its twin, name for name, is core/pool/std_platform.h.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/sim/engine/sim_atomic.h>
#include <poolproof/sim/engine/sim_clock.h>
#include <poolproof/sim/engine/sim_condition_any.h>
#include <poolproof/sim/engine/sim_latch.h>
#include <poolproof/sim/engine/sim_mutexes.h>
#include <poolproof/sim/engine/sim_parker.h>
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
  using spin_mutex = SimMutex;  ///< one that the engine sees held
  using recursive_mutex = SimRecursiveMutex;
  using timed_mutex = SimTimedMutex;
  using recursive_timed_mutex = SimRecursiveTimedMutex;
  using shared_mutex = SimSharedMutex;
  using shared_timed_mutex = SimSharedTimedMutex;
  using condition_variable = SimConditionVariable;
  using condition_variable_any = SimConditionVariableAny;
  template <class T>
  using atomic = SimAtomic<T>;
  template <class T>
  using atomic_ref = SimAtomicRef<T>;
  using atomic_flag = SimAtomicFlag;
  template <std::ptrdiff_t LeastMax = 0x7fffffff>
  using counting_semaphore = SimCountingSemaphore<LeastMax>;
  using binary_semaphore = SimCountingSemaphore<1>;
  using latch = SimLatch;
  template <class Completion = NoCompletion>
  using barrier = SimBarrier<Completion>;
  using once_flag = SimOnceFlag;
  using thread = SimThread;
  using jthread = SimJThread;
  using stop_token = SimStopToken;
  using stop_source = SimStopSource;
  template <class Callback>
  using stop_callback = SimStopCallback<Callback>;
  template <class T>
  using thread_specific = SimThreadSpecific<T>;
  using parker = SimParker;
  using clock = SimClock;

  template <class Callable, class... Arguments>
  static void call_once(once_flag& flag, Callable&& callable, Arguments&&... arguments) {
    sim_call_once(flag, std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
  }
  template <class Work>
  static thread start_thread(Work&& work) {
    return thread(std::forward<Work>(work));
  }
  /// Waits until notified, spuriously, or until `deadline` of the injected clock, which is the
  /// engine's own.
  static std::cv_status wait_until(condition_variable& condition, std::unique_lock<mutex>& lock,
                                   clock&, Instant deadline) {
    return condition.wait_until(lock, deadline);
  }
  static thread::id this_thread_id() { return this_task::get_id(); }
  /// The same steps however this library is built.
  static bool watches_leases() noexcept { return false; }
  static void yield() { this_task::yield(); }
  template <class Rep, class Period>
  static void sleep_for(std::chrono::duration<Rep, Period> duration) {
    this_task::sleep_for(duration);
  }
};

}  // namespace poolproof::sim
