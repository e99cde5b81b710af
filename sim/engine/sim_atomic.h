#pragma once
// atomic<T> for code that runs inside an Engine. Values are sequentially consistent whatever the
// order asked for; the order asked for decides what the race detector learns.

#include <atomic>
#include <concepts>
#include <cstring>
#include <type_traits>

#include <poolproof/sim/engine/engine.h>

namespace poolproof::sim {

constexpr bool is_acquire(std::memory_order order) noexcept {
  return order != std::memory_order_relaxed && order != std::memory_order_release;
}
constexpr bool is_release(std::memory_order order) noexcept {
  return order == std::memory_order_release || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

/// As std::atomic: the operations of integers and pointers where T is one.
template <class T>
class SimAtomic {
  static_assert(std::is_trivially_copyable_v<T>);

  using Difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = true;

  SimAtomic() noexcept = default;
  SimAtomic(T value) noexcept : value_(value) {}  // Implicit, as std::atomic's.
  SimAtomic(const SimAtomic&) = delete;
  SimAtomic& operator=(const SimAtomic&) = delete;

  T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
    Engine::current().touch_noexcept(state_, IntentKind::load);
    return read(order);
  }
  operator T() const noexcept { return load(); }

  void store(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Engine::current().touch_noexcept(state_, IntentKind::store);
    write(value, order);
  }
  T operator=(T value) noexcept {
    store(value);
    return value;
  }

  T exchange(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return update(order, [value](T) { return value; });
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure) noexcept {
    return compare_exchange(expected, desired, success, failure, false);
  }
  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order order = std::memory_order_seq_cst) noexcept {
    return compare_exchange(expected, desired, order, order, false);
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure) noexcept {
    return compare_exchange(expected, desired, success, failure, true);
  }
  bool compare_exchange_weak(T& expected, T desired,
                             std::memory_order order = std::memory_order_seq_cst) noexcept {
    return compare_exchange(expected, desired, order, order, true);
  }

  T fetch_add(Difference by, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return update(order, [by](T old) { return static_cast<T>(old + by); });
  }
  T fetch_sub(Difference by, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return update(order, [by](T old) { return static_cast<T>(old - by); });
  }
  T fetch_and(T with, std::memory_order order =
                          std::memory_order_seq_cst) noexcept requires std::integral<T> {
    return update(order, [with](T old) { return static_cast<T>(old & with); });
  }
  T fetch_or(T with, std::memory_order order =
                         std::memory_order_seq_cst) noexcept requires std::integral<T> {
    return update(order, [with](T old) { return static_cast<T>(old | with); });
  }
  T fetch_xor(T with, std::memory_order order =
                          std::memory_order_seq_cst) noexcept requires std::integral<T> {
    return update(order, [with](T old) { return static_cast<T>(old ^ with); });
  }
  T operator++() noexcept { return static_cast<T>(fetch_add(1) + 1); }
  T operator--() noexcept { return static_cast<T>(fetch_sub(1) - 1); }
  T operator++(int) noexcept { return fetch_add(1); }
  T operator--(int) noexcept { return fetch_sub(1); }
  T operator+=(Difference by) noexcept { return static_cast<T>(fetch_add(by) + by); }
  T operator-=(Difference by) noexcept { return static_cast<T>(fetch_sub(by) - by); }

  /// Sleeps while the value is `old`; wakes only when notified.
  void wait(T old, std::memory_order order = std::memory_order_seq_cst) const {
    for (;;) {
      if (!Engine::current().touch(state_, IntentKind::atomic_wait)) return;
      if (!is_same(read(order), old)) return;
      Engine::current().park(state_);
    }
  }
  void notify_one() noexcept { notify(false); }
  void notify_all() noexcept { notify(true); }

  [[nodiscard]] bool is_lock_free() const noexcept { return true; }

 private:
  static bool is_same(const T& a, const T& b) noexcept {
    return std::memcmp(&a, &b, sizeof(T)) == 0;
  }

  // The value itself is the engine's to order: only what was asked for is told to the detector.
  __attribute__((no_sanitize("thread"))) T read(std::memory_order order) const noexcept {
    if (is_acquire(order)) happens_before_acquire(&state_);
    return value_;
  }

  __attribute__((no_sanitize("thread"))) void write(T value, std::memory_order order) noexcept {
    if (is_release(order)) happens_before_release(&state_);
    value_ = value;
  }

  template <class Change>
  T update(std::memory_order order, Change change) noexcept {
    Engine::current().touch_noexcept(state_, IntentKind::exchange);
    const T old = read(order);
    write(change(old), order);
    return old;
  }

  bool compare_exchange(T& expected, T desired, std::memory_order success,
                        std::memory_order failure, bool may_fail) noexcept {
    Engine& engine = Engine::current();
    engine.touch_noexcept(state_, IntentKind::compare_exchange);
    if (is_same(value_now(), expected) && !(may_fail && engine.fails_spuriously())) {
      read(success);
      write(desired, success);
      return true;
    }
    expected = read(failure);
    return false;
  }

  __attribute__((no_sanitize("thread"))) T value_now() const noexcept { return value_; }

  void notify(bool all) noexcept {
    Engine& engine = Engine::current();
    if (engine.touch_noexcept(state_, IntentKind::atomic_notify)) engine.unpark(state_, all);
  }

  T value_{};
  mutable WaitState state_;
};

}  // namespace poolproof::sim
