#pragma once
// Events between the moment they happen, under the pool's lock, and the moment they are told,
// after it.

#include <array>
#include <cstddef>
#include <memory>

#include <poolproof/core/ensure.h>
#include <poolproof/core/pool/pool_observer.h>

namespace poolproof {

/// What one step of the pool has to tell its observer. Lives on the stack of the thread that takes
/// the step, and needs no memory beyond itself: no step has more events than fit. Written under
/// the pool's lock, told without it.
class PendingEvents {
 public:
  explicit PendingEvents(PoolObserver& observer) noexcept : observer_(&observer) {}
  PendingEvents(const PendingEvents&) = delete;
  PendingEvents& operator=(const PendingEvents&) = delete;

  void add(const PoolEvent& event) {
    ensure(count_ < events_max);
    std::construct_at(&room_.events[count_++], event);
  }

  /// Takes over what `other` has to tell. Under the lock; then this one can be told although
  /// others go on adding to `other`.
  void take(PendingEvents& other) {
    for (std::size_t i = 0; i < other.count_; ++i)
      add(other.room_.events[i]);
    other.count_ = 0;
  }

  /// Tells what has been added since the last time. What the observer throws is dropped: it has no
  /// say in what becomes of a connection.
  void tell() noexcept {
    for (std::size_t i = 0; i < count_; ++i)
      tell(*observer_, room_.events[i]);
    count_ = 0;
  }

  static void tell(PoolObserver& observer, const PoolEvent& event) noexcept {
    try {
      observer.on_event(event);
    } catch (...) {
      return;
    }
  }

 private:
  static constexpr std::size_t events_max = 8;
  union Room {  // Most steps have one event or two: the rest is not worth clearing.
    Room() noexcept {}
    std::array<PoolEvent, events_max> events;
  };

  PoolObserver* observer_;
  Room room_;
  std::size_t count_ = 0;
};

}  // namespace poolproof
