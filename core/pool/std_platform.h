#pragma once
// The machine itself, as a Platform (basic_connection_pool.h). Its twin, name for name, is
// sim/engine/sim_platform.h.

#include <signal.h>

#include <atomic>
#include <barrier>
#include <condition_variable>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/parker.h>
#include <poolproof/core/spin_mutex.h>

namespace poolproof {

/// One T for each thread that asks, made at its first get(), destroyed with this. Any thread.
template <class T>
class StdThreadSpecific {
 public:
  T& get() {
    const std::scoped_lock lock(mutex_);
    std::unique_ptr<T>& value = values_[std::this_thread::get_id()];
    if (!value) value = std::make_unique<T>();
    return *value;
  }

 private:
  std::mutex mutex_;
  std::map<std::thread::id, std::unique_ptr<T>> values_;  // guarded by mutex_
};

struct StdNoCompletion {
  void operator()() const noexcept {}
};

struct StdPlatform {
  using mutex = std::mutex;
  using spin_mutex = SpinMutex;
  using recursive_mutex = std::recursive_mutex;
  using timed_mutex = std::timed_mutex;
  using recursive_timed_mutex = std::recursive_timed_mutex;
  using shared_mutex = std::shared_mutex;
  using shared_timed_mutex = std::shared_timed_mutex;
  using condition_variable = std::condition_variable;
  using condition_variable_any = std::condition_variable_any;
  template <class T>
  using atomic = std::atomic<T>;
  template <class T>
  using atomic_ref = std::atomic_ref<T>;
  using atomic_flag = std::atomic_flag;
  template <std::ptrdiff_t LeastMax = 0x7fffffff>
  using counting_semaphore = std::counting_semaphore<LeastMax>;
  using binary_semaphore = std::binary_semaphore;
  using latch = std::latch;
  template <class Completion = StdNoCompletion>
  using barrier = std::barrier<Completion>;
  using once_flag = std::once_flag;
  using thread = std::thread;
  using jthread = std::jthread;
  using stop_token = std::stop_token;
  using stop_source = std::stop_source;
  template <class Callback>
  using stop_callback = std::stop_callback<Callback>;
  template <class T>
  using thread_specific = StdThreadSpecific<T>;
  using parker = Parker;
  using clock = ThreadClock;

  template <class Callable, class... Arguments>
  static void call_once(once_flag& flag, Callable&& callable, Arguments&&... arguments) {
    std::call_once(flag, std::forward<Callable>(callable), std::forward<Arguments>(arguments)...);
  }
  /// A thread that blocks all signals: they are the application's to take.
  template <class Work>
  static thread start_thread(Work&& work) {
    struct Blocked {
      sigset_t before{};
      Blocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
      }
      ~Blocked() { pthread_sigmask(SIG_SETMASK, &before, nullptr); }
    };
    const Blocked blocked;  // A thread inherits the mask of its maker.
    return thread(std::forward<Work>(work));
  }

  static std::cv_status wait_until(condition_variable& condition, std::unique_lock<mutex>& lock,
                                   clock& clock, Instant deadline) {
    return clock.wait_until(condition, lock, deadline);
  }
  static thread::id this_thread_id() { return std::this_thread::get_id(); }
  /// Whether MisuseChecks::as_built means that leases are watched: the library was built without
  /// NDEBUG.
  static bool watches_leases() noexcept;
  static void yield() { std::this_thread::yield(); }
  template <class Rep, class Period>
  static void sleep_for(std::chrono::duration<Rep, Period> duration) {
    std::this_thread::sleep_for(duration);
  }
};

}  // namespace poolproof
