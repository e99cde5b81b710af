#pragma once
// A stack of its own, and the jump from one to another. The only place that knows how a switch is
// made: the engine sees "this one stops here, that one goes on".

#include <cstddef>

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
  [[nodiscard]] bool is_created() const noexcept { return context_ != nullptr; }

  /// Lets go of the stack without unwinding it: it stays mapped, for ever, because objects on it
  /// may still be pointed to. The fiber can be created anew.
  void abandon() noexcept;

  /// Stops `from`, which must be running, and goes on where `to` stopped. Creates no order between
  /// them in the eyes of the race detector. Exceptions being handled stay with their fiber.
  static void switch_between(Fiber& from, Fiber& to) noexcept;

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

  void* context_ = nullptr;
  Exceptions exceptions_{};
  Exceptions* runtime_ = nullptr;  // where the C++ runtime looks, on this OS thread
  Entry entry_ = nullptr;
  void* argument_ = nullptr;
  void* mapping_ = nullptr;
  const void* stack_bottom_ = nullptr;
  std::size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;  // AddressSanitizer's
  void* race_fiber_ = nullptr;  // ThreadSanitizer's

  friend struct FiberStart;
};

}  // namespace poolproof::sim
