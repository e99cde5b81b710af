#pragma once
// What the sanitizers must know of the engine. A race detector that watched the engine's own
// bookkeeping would see one OS thread's worth of order between all tasks and so miss their races;
// it looks away while the engine works, and learns only the order that the simulated primitives
// create.

#include <cstddef>

#if defined(POOLPROOF_UNDER_TSAN)  // a file of ours that is not watched, in a build that is
#elif defined(__SANITIZE_THREAD__)
#define POOLPROOF_UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define POOLPROOF_UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define POOLPROOF_UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOLPROOF_UNDER_ASAN 1
#endif
#endif

extern "C" {
void __tsan_ignore_thread_begin();
void __tsan_ignore_thread_end();
void AnnotateIgnoreSyncBegin(const char* file, int line);
void AnnotateIgnoreSyncEnd(const char* file, int line);
void __tsan_acquire(void* address);
void __tsan_release(void* address);
}

namespace poolproof::sim {

#ifdef POOLPROOF_UNDER_TSAN
inline constexpr bool under_tsan = true;
#else
inline constexpr bool under_tsan = false;
#endif
#ifdef POOLPROOF_UNDER_ASAN
inline constexpr bool under_asan = true;
#else
inline constexpr bool under_asan = false;
#endif

/// While one lives, the race detector ignores what the running task reads and writes. Nests. Order
/// between tasks can still be declared inside (happens_before_release and _acquire).
class EngineSection {
 public:
  EngineSection() noexcept {
    if constexpr (under_tsan) __tsan_ignore_thread_begin();
  }
  ~EngineSection() {
    if constexpr (under_tsan) __tsan_ignore_thread_end();
  }
  EngineSection(const EngineSection&) = delete;
  EngineSection& operator=(const EngineSection&) = delete;
};

/// A Lockable for structures of the harness inside a simulation, where only one OS thread runs: to
/// "lock" it is to make the race detector look away, from accesses and from any order that they
/// might seem to create.
struct Unwatched {
  void lock() noexcept {
    if constexpr (under_tsan) {
      __tsan_ignore_thread_begin();
      AnnotateIgnoreSyncBegin(nullptr, 0);
    }
  }
  void unlock() noexcept {
    if constexpr (under_tsan) {
      AnnotateIgnoreSyncEnd(nullptr, 0);
      __tsan_ignore_thread_end();
    }
  }
};

/// Everything that happened before a release at `address` happened before what follows an acquire
/// there.
inline void happens_before_release(void* address) noexcept {
  if constexpr (under_tsan) __tsan_release(address);
}
inline void happens_before_acquire(void* address) noexcept {
  if constexpr (under_tsan) __tsan_acquire(address);
}

}  // namespace poolproof::sim
