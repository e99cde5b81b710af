#pragma once
// Sessions that are closed on threads of their own, since a close may hang.

#include <cstddef>
#include <mutex>
#include <utility>

#include <poolproof/core/clock.h>
#include <poolproof/core/pool/slot.h>

namespace poolproof {

/// A chain (by `next`) of closing slots, shared by whoever closes them and who waits for it.
template <class Platform>
class Closing {
 public:
  explicit Closing(Slot* first) noexcept : rest_(first) {}

  /// Calls `close(slot)` for each that nobody else has begun with. `close` throws nothing.
  template <class Close>
  void work(Close&& close) {
    while (Slot* slot = begin_one()) {
      close(*slot);
      end_one();
    }
  }

  /// Whether all were closed by `deadline`.
  bool wait_until_done(typename Platform::clock& clock, Instant deadline) {
    std::unique_lock lock(mutex_);
    while (!is_done()) {
      if (deadline != Instant::max() && clock.now() >= deadline) return false;
      Platform::wait_until(changed_, lock, clock, deadline);
    }
    return true;
  }

  /// Whether there are slots that nobody has begun with.
  [[nodiscard]] bool has_rest() {
    const std::lock_guard lock(mutex_);
    return rest_ != nullptr;
  }

 private:
  [[nodiscard]] bool is_done() const noexcept { return rest_ == nullptr && under_way_ == 0; }

  Slot* begin_one() {
    const std::lock_guard lock(mutex_);
    if (rest_ == nullptr) return nullptr;
    ++under_way_;
    return std::exchange(rest_, rest_->next);
  }
  void end_one() {
    const std::lock_guard lock(mutex_);
    --under_way_;
    if (is_done()) changed_.notify_all();
  }

  typename Platform::mutex mutex_;
  // guarded by mutex_
  Slot* rest_;
  std::size_t under_way_ = 0;
  typename Platform::condition_variable changed_;  // notified when is_done() becomes true
};

}  // namespace poolproof
