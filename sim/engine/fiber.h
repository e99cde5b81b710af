#pragma once
// A stack of its own, and the jump from one to another. The only place that knows how a switch is
// made: the engine sees "this one stops here, that one goes on".

#include <cstddef>
#include <cstdint>

#include <poolproof/sim/engine/task_host.h>

namespace poolproof::sim {

/// One OS thread only: a fiber never moves to another.
class Fiber {
 public:
  /// Runs on the fiber's stack at the first switch to it, and must never return: it switches away
  /// for good.
  using Entry = void (*)(void* argument);

  Fiber() noexcept = default;
  ~Fiber() { destroy(); }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  /// Makes this the fiber of the calling thread's own stack.
  void adopt_thread() noexcept;
  /// Gives it a stack with a guard page. Errors: std::bad_alloc.
  void create(Entry entry, void* argument);
  /// The same on a stack and with the thread-local storage that somebody else owns. What ran there
  /// before is forgotten.
  void create_in(const TaskHome& home, Entry entry, void* argument) noexcept;
  [[nodiscard]] bool is_created() const noexcept { return context_ != nullptr; }

  /// Lets go of the stack without unwinding it: it stays mapped, for ever, because objects on it
  /// may still be pointed to. The fiber can be created anew.
  void abandon() noexcept;

  /// Stops `from`, which must be running, and goes on where `to` stopped. Creates no order between
  /// them in the eyes of the race detector. Exceptions being handled stay with their fiber.
  static void switch_between(Fiber& from, Fiber& to) noexcept;

  /// Of the running fiber, where it has thread-local storage of its own; else 0.
  static std::uintptr_t running_thread_pointer() noexcept { return running_thread_pointer_; }

  /// From here on this code uses another thread's storage. Its own, before anybody else runs.
  static void use_thread_pointer(std::uintptr_t pointer) noexcept;

  /// Makes the race detector take what runs from now on for `fiber`'s doing, until the next call.
  /// For ThreadSanitizer builds only.
  static void show_as(const Fiber& fiber) noexcept;

  static constexpr std::size_t stack_size = std::size_t{256} * 1024;

 private:
  struct Exceptions {  // What the C++ runtime keeps per OS thread and we keep per fiber (Itanium
                       // C++ ABI, 2.2.2).
    void* caught = nullptr;
    unsigned int uncaught = 0;
  };

  void destroy() noexcept;
  static void change_storage(const Fiber& to) noexcept;

  static inline constinit std::uintptr_t running_thread_pointer_ = 0;

  void* context_ = nullptr;
  Exceptions exceptions_{};
  Exceptions* runtime_ = nullptr;  // where the C++ runtime looks, on this OS thread
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  void* mapping_ = nullptr;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;         // AddressSanitizer's
  void* race_fiber_ = nullptr;         // ThreadSanitizer's
  std::uintptr_t thread_pointer_ = 0;  // where fibers with storage of their own take turns
  bool is_at_home_ = false;            // in storage of its own

  friend struct FiberStart;
};

}  // namespace poolproof::sim
