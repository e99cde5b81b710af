#pragma once
// atomic<T>, atomic_ref<T> and atomic_flag for code that runs inside an Engine. Values are
// sequentially consistent whatever the order asked for; the order asked for decides what the race
// detector learns.

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

/// The operations of atomic and atomic_ref; those of integers and pointers where T is one. `Place`
/// has the value (place()) and what the engine knows of it (state()).
template <class Place, class T>
class SimAtomicOperations {
  static_assert(std::is_trivially_copyable_v<T>);

  using Difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = true;

  T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
    Engine::current().touch_noexcept(state(), IntentKind::load);
    return read(order);
  }
  operator T() const noexcept { return load(); }

  void store(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    Engine::current().touch_noexcept(state(), IntentKind::store);
    write(value, order);
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
      if (!Engine::current().touch(state(), IntentKind::atomic_wait)) return;
      if (!is_same(read(order), old)) return;
      Engine::current().park(state());
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
    if (is_acquire(order)) happens_before_acquire(&state());
    return place();
  }

  __attribute__((no_sanitize("thread"))) void write(T value, std::memory_order order) noexcept {
    if (is_release(order)) happens_before_release(&state());
    place() = value;
  }

  template <class Change>
  T update(std::memory_order order, Change change) noexcept {
    Engine::current().touch_noexcept(state(), IntentKind::exchange);
    const T old = read(order);
    write(change(old), order);
    return old;
  }

  bool compare_exchange(T& expected, T desired, std::memory_order success,
                        std::memory_order failure, bool may_fail) noexcept {
    Engine& engine = Engine::current();
    engine.touch_noexcept(state(), IntentKind::compare_exchange);
    if (is_same(value_now(), expected) && !(may_fail && engine.fails_spuriously())) {
      read(success);
      write(desired, success);
      return true;
    }
    expected = read(failure);
    return false;
  }

  __attribute__((no_sanitize("thread"))) T value_now() const noexcept { return place(); }

  void notify(bool all) noexcept {
    Engine& engine = Engine::current();
    if (engine.touch_noexcept(state(), IntentKind::atomic_notify)) engine.unpark(state(), all);
  }

  [[nodiscard]] WaitState& state() const noexcept {
    return static_cast<const Place*>(this)->state_of();
  }
  [[nodiscard]] T& place() const noexcept { return static_cast<const Place*>(this)->place_of(); }
};

/// As std::atomic.
template <class T>
class SimAtomic : public SimAtomicOperations<SimAtomic<T>, T> {
 public:
  SimAtomic() noexcept = default;
  SimAtomic(T value) noexcept : value_(value) {}  // Implicit, as std::atomic's.
  SimAtomic(const SimAtomic&) = delete;
  SimAtomic& operator=(const SimAtomic&) = delete;
  T operator=(T value) noexcept {
    this->store(value);
    return value;
  }

 private:
  friend class SimAtomicOperations<SimAtomic<T>, T>;
  WaitState& state_of() const noexcept { return state_; }
  T& place_of() const noexcept { return value_; }

  mutable T value_{};
  mutable WaitState state_;
};

/// As std::atomic_flag.
class SimAtomicFlag {
 public:
  SimAtomicFlag() noexcept = default;
  SimAtomicFlag(const SimAtomicFlag&) = delete;
  SimAtomicFlag& operator=(const SimAtomicFlag&) = delete;

  bool test_and_set(std::memory_order order = std::memory_order_seq_cst) noexcept {
    return is_set_.exchange(true, order);
  }
  void clear(std::memory_order order = std::memory_order_seq_cst) noexcept {
    is_set_.store(false, order);
  }
  [[nodiscard]] bool test(std::memory_order order = std::memory_order_seq_cst) const noexcept {
    return is_set_.load(order);
  }
  void wait(bool old, std::memory_order order = std::memory_order_seq_cst) const {
    is_set_.wait(old, order);
  }
  void notify_one() noexcept { is_set_.notify_one(); }
  void notify_all() noexcept { is_set_.notify_all(); }

 private:
  SimAtomic<bool> is_set_{false};
};

/// What the engine knows of an object that atomic_refs speak of; all of them find the same. It is
/// forgotten when the execution ends.
WaitState& state_of_referred(const void* object);

/// As std::atomic_ref.
template <class T>
class SimAtomicRef : public SimAtomicOperations<SimAtomicRef<T>, T> {
 public:
  static constexpr std::size_t required_alignment = alignof(T);

  explicit SimAtomicRef(T& object) : object_(object), state_(state_of_referred(&object)) {}
  SimAtomicRef(const SimAtomicRef&) noexcept = default;
  SimAtomicRef& operator=(const SimAtomicRef&) = delete;
  T operator=(T value) noexcept {
    this->store(value);
    return value;
  }

 private:
  friend class SimAtomicOperations<SimAtomicRef<T>, T>;
  WaitState& state_of() const noexcept { return state_; }
  T& place_of() const noexcept { return object_; }

  T& object_;
  WaitState& state_;
};

}  // namespace poolproof::sim
