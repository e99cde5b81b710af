#pragma once
// atomic<T>, atomic_ref<T> and atomic_flag for code that runs inside an Engine: the standard's
// names. What an operation does is sim/engine/atomic_cell.h.

#include <atomic>
#include <concepts>
#include <type_traits>

#include <poolproof/sim/engine/atomic_cell.h>

namespace poolproof::sim {

/// The operations of atomic and atomic_ref; those of integers and pointers where T is one. `Place`
/// has the value (place_of()) and what the engine knows of it (state_of()).
template <class Place, class T>
class SimAtomicOperations {
  static_assert(std::is_trivially_copyable_v<T>);

  using Difference = std::conditional_t<std::is_pointer_v<T>, std::ptrdiff_t, T>;

 public:
  using value_type = T;
  static constexpr bool is_always_lock_free = true;

  T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
    return cell().load(order);
  }
  operator T() const noexcept { return load(); }

  void store(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    cell().store(value, order);
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return cell().update(order, [value](T) { return value; });
  }

  bool compare_exchange_strong(T& expected, T desired, std::memory_order success,
                               std::memory_order failure) noexcept {
    return cell().compare_exchange(expected, desired, {success, failure, false});
  }
  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order order = std::memory_order_seq_cst) noexcept {
    return cell().compare_exchange(expected, desired, {order, order, false});
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure) noexcept {
    return cell().compare_exchange(expected, desired, {success, failure, true});
  }
  bool compare_exchange_weak(T& expected, T desired,
                             std::memory_order order = std::memory_order_seq_cst) noexcept {
    return cell().compare_exchange(expected, desired, {order, order, true});
  }

  T fetch_add(Difference by, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return cell().update(order, [by](T old) { return static_cast<T>(old + by); });
  }
  T fetch_sub(Difference by, std::memory_order order = std::memory_order_seq_cst) noexcept {
    return cell().update(order, [by](T old) { return static_cast<T>(old - by); });
  }
  T fetch_and(T with, std::memory_order order =
                          std::memory_order_seq_cst) noexcept requires std::integral<T> {
    return cell().update(order, [with](T old) { return static_cast<T>(old & with); });
  }
  T fetch_or(T with, std::memory_order order =
                         std::memory_order_seq_cst) noexcept requires std::integral<T> {
    return cell().update(order, [with](T old) { return static_cast<T>(old | with); });
  }
  T fetch_xor(T with, std::memory_order order =
                          std::memory_order_seq_cst) noexcept requires std::integral<T> {
    return cell().update(order, [with](T old) { return static_cast<T>(old ^ with); });
  }
  T operator++() noexcept { return static_cast<T>(fetch_add(1) + 1); }
  T operator--() noexcept { return static_cast<T>(fetch_sub(1) - 1); }
  T operator++(int) noexcept { return fetch_add(1); }
  T operator--(int) noexcept { return fetch_sub(1); }
  T operator+=(Difference by) noexcept { return static_cast<T>(fetch_add(by) + by); }
  T operator-=(Difference by) noexcept { return static_cast<T>(fetch_sub(by) - by); }

  /// Sleeps while the value is `old`; wakes only when notified.
  void wait(T old, std::memory_order order = std::memory_order_seq_cst) const {
    cell().wait(old, order);
  }
  void notify_one() noexcept { cell().notify(false); }
  void notify_all() noexcept { cell().notify(true); }

  [[nodiscard]] bool is_lock_free() const noexcept { return true; }

 private:
  [[nodiscard]] AtomicCell<T> cell() const noexcept {
    const auto& place = static_cast<const Place&>(*this);
    return {place.place_of(), place.state_of()};
  }
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
