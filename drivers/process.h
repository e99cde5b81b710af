#pragma once
// Which process this is: what belongs to one must not be used by the copy of it that fork() makes.
// docs/fork.md. Not installed.

#include <pthread.h>

#include <atomic>
#include <cstdint>

namespace poolproof {

class ProcessGeneration {
 public:
  /// Another number in each child that fork() has made than in its parent, once it has been asked
  /// for. Costs a load. vfork() and clone() are not noticed.
  static std::uint32_t now() noexcept {
    static const int is_told_of_forks = pthread_atfork(nullptr, nullptr, &begin_child);
    static_cast<void>(is_told_of_forks);
    return number_.load(std::memory_order_relaxed);
  }

 private:
  static void begin_child() noexcept { number_.fetch_add(1, std::memory_order_relaxed); }
  static inline std::atomic<std::uint32_t> number_ = 0;
};

constexpr const char* session_of_another_process =
    "the session belongs to the process that this one was forked from: open another";

}  // namespace poolproof
