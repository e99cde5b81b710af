#pragma once
// The machine itself, as a Platform (basic_connection_pool.h).

#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include <poolproof/core/clock.h>

namespace poolproof {

struct StdPlatform {
  using mutex = std::mutex;
  using condition_variable = std::condition_variable;
  template <class T>
  using atomic = std::atomic<T>;
  using thread = std::thread;
  using stop_token = std::stop_token;
  using stop_source = std::stop_source;
  template <class Callback>
  using stop_callback = std::stop_callback<Callback>;
  using clock = ThreadClock;

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
};

}  // namespace poolproof
