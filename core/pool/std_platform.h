#pragma once
// The machine itself, as a Platform (basic_connection_pool.h).

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

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

  static std::cv_status wait_until(condition_variable& condition, std::unique_lock<mutex>& lock,
                                   clock& clock, Instant deadline) {
    return clock.wait_until(condition, lock, deadline);
  }
};

}  // namespace poolproof
