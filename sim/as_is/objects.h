#pragma once
// The engine's side of what the C library's functions are called with: found by address, for one
// execution. Addresses never decide anything, and are never told.

#include <cstdint>
#include <deque>
#include <vector>

#include <poolproof/sim/engine/task.h>

namespace poolproof::sim::as_is {

enum class ObjectKind : std::uint8_t {
  none,
  mutex,
  condition,
  shared_mutex,
  semaphore,
  barrier,
  word  // of a futex, a once, an instrumented atomic: all may be the same one
};

struct BarrierState : WaitState {
  unsigned count = 0;
  unsigned arrived = 0;
};

struct Object {
  ObjectKind kind = ObjectKind::none;
  MutexState mutex;
  SharedMutexState shared_mutex;
  SemaphoreState semaphore;
  WaitState waiters;  // of a condition variable or a word
  BarrierState barrier;
};

/// One thread at a time.
class Objects {
 public:
  /// Forgets them all.
  void clear() noexcept;
  /// What is at `address`; new, when it was not asked for before or was of another kind.
  Object& at(const void* address, ObjectKind kind);
  /// What was there is gone; another one may come to be there.
  void forget(const void* address) noexcept;

 private:
  struct Entry {
    const void* address = nullptr;
    std::uint32_t epoch = 0;
    std::uint32_t object = 0;
  };
  Entry& find(const void* address) noexcept;
  void grow();
  Object& made(Object& object, ObjectKind kind) noexcept;

  std::vector<Entry> entries_ = std::vector<Entry>(1024);  // a power of two
  std::deque<Object> objects_;
  std::uint32_t used_ = 0;
  std::uint32_t epoch_ = 1;
};

Objects& objects() noexcept;

}  // namespace poolproof::sim::as_is
