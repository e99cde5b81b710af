#pragma once
// Whether the caller is code that is being tried, and how its calls reach the engine or the C
// library. Everything in this folder but the tests is one shared library, first in link order or
// preloaded, so that its functions are found before the C library's.

#include <cerrno>
#include <cstdint>

#include <poolproof/mocks/allocation_faults.h>
#include <poolproof/sim/engine/engine.h>
#include <poolproof/sim/engine/fiber.h>

/// A function by whose name the C library has one too.
#define POOLPROOF_INTERPOSE extern "C" __attribute__((visibility("default")))

/// The C library's function of that name, or whoever's comes after ours.
#define POOLPROOF_REAL(name)                                                             \
  ([]() noexcept {                                                                       \
    static constinit decltype(&::name) found = nullptr;                                  \
    if (found == nullptr) [[unlikely]]                                                   \
      found = reinterpret_cast<decltype(&::name)>(::poolproof::sim::as_is::next(#name)); \
    return found;                                                                        \
  }())

namespace poolproof::sim::as_is {

/// The next definition of `name` after this library's. A program without one is ended with a
/// sentence.
void* next(const char* name) noexcept;

inline std::uintptr_t thread_pointer() noexcept {
  std::uintptr_t pointer = 0;
#if defined(__x86_64__)
  asm volatile("movq %%fs:0, %0" : "=r"(pointer));
#else
  asm volatile("mrs %0, tpidr_el0" : "=r"(pointer));
#endif
  return pointer;
}

/// Whether the caller is the running task, and not the harness at work on its stack.
inline bool is_inside() noexcept {
  return Fiber::running_thread_pointer() == thread_pointer() &&
         !mocks::AllocationFaults::is_paused();
}

/// What a function of the C library answers that sets errno.
inline int fail_with(int error) noexcept {
  errno = error;
  return -1;
}

/// Ends the execution: the program did what cannot be gone on from.
[[noreturn]] void leave(Ending ending, std::string_view explanation) noexcept;

}  // namespace poolproof::sim::as_is
