#pragma once
// Makes a chosen allocation fail. Linking poolproof::allocation_faults replaces the program's
// operator new and delete, in all their forms, by malloc and free with one thread-local test in
// front.

#include <cstdint>

namespace poolproof::mocks {

/// What a thread's allocations are: nobody's concern, counted, or the harness's own.
enum class AllocationState : std::uint8_t { off, watching, paused };

/// Each thread has its own switch and its own countdown; nothing here touches another thread's.
/// Tasks that share a thread stay apart as long as every switch from one to the other lies within
/// a Pause.
class AllocationFaults {
 public:
  AllocationFaults() = delete;

  /// Starts counting anew; the `n`-th watched allocation from now on throws bad_alloc, once. 0:
  /// none does.
  static void arm(std::uint64_t n) noexcept;
  /// No allocation fails any more. Counting goes on.
  static void disarm() noexcept;
  /// Watched allocations since arm(), the failed one among them.
  [[nodiscard]] static std::uint64_t count() noexcept;
  /// Whether a Pause is what this thread is in: what it does now is the harness's.
  [[nodiscard]] static bool is_paused() noexcept;

  class Watch;
  class Pause;

 private:
  class Switch;
};

/// Sets this thread's switch, and restores it at the end: so Watch and Pause nest in any order.
class [[nodiscard]] AllocationFaults::Switch {
 public:
  Switch(const Switch&) = delete;
  Switch& operator=(const Switch&) = delete;

 protected:
  explicit Switch(AllocationState state) noexcept;
  ~Switch();

 private:
  AllocationState before_;
};

/// While it lives, this thread's allocations count and can fail.
class AllocationFaults::Watch : Switch {
 public:
  Watch() noexcept : Switch(AllocationState::watching) {}
};

/// While it lives, they do not.
class AllocationFaults::Pause : Switch {
 public:
  Pause() noexcept : Switch(AllocationState::paused) {}
};

}  // namespace poolproof::mocks
