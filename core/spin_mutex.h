#pragma once
// A mutex for sections of some nanoseconds: who finds it held looks again for a while, then sleeps
// for a moment.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace poolproof {

/// How somebody waits for a spin mutex, on threads of the system.
struct SpinRest {
  /// After looking the `turn`-th time, from 0, for nothing. Who has looked for longer than any
  /// section lasts waits for a thread that the system has interrupted: it is given the processor.
  static void rest(int turn) {
    if (turn >= turns_awake) return std::this_thread::sleep_for(std::chrono::microseconds(50));
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
  }
  static constexpr int turns_awake = 200;  // About as long as a system call.
};

/// As std::mutex, but for sections that call nothing and wait for nothing. Nothing orders those
/// who wait. To unlock is a plain store, which no processor has to wait for: nobody needs to be
/// woken, and so nobody is forgotten. `Atomic` is std::atomic<bool>, or the simulator's, in which
/// its interleavings are tried. Source: Anderson, "The performance of spin lock alternatives"
/// (1990), spin on read; sleeping as in folly's MicroSpinLock.
template <class Atomic, class Rest = SpinRest>
class BasicSpinMutex {
 public:
  BasicSpinMutex() noexcept = default;
  BasicSpinMutex(const BasicSpinMutex&) = delete;
  BasicSpinMutex& operator=(const BasicSpinMutex&) = delete;

  void lock() {
    if (!try_lock()) [[unlikely]]
      lock_held();
  }
  [[nodiscard]] bool try_lock() noexcept {
    return !is_held_.exchange(true, std::memory_order_acquire);
  }
  void unlock() noexcept { is_held_.store(false, std::memory_order_release); }

 private:
  [[gnu::noinline]] void lock_held() {
    for (int turn = 0; is_held_.load(std::memory_order_relaxed) || !try_lock(); ++turn)
      Rest::rest(turn);
  }

  Atomic is_held_{false};
};

using SpinMutex = BasicSpinMutex<std::atomic<bool>>;

}  // namespace poolproof
