#pragma once
// atomic<T> for code that runs inside an Engine: the standard's names. What an operation does is
// sim/engine/atomic_cell.h.

#include <atomic>
#include <concepts>
#include <type_traits>

#include <poolproof/sim/engine/atomic_cell.h>

namespace poolproof::sim {

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
    return cell().load(order);
  }
  operator T() const noexcept { return load(); }

  void store(T value, std::memory_order order = std::memory_order_seq_cst) noexcept {
    cell().store(value, order);
  }
  T operator=(T value) noexcept {
    store(value);
    return value;
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
  AtomicCell<T> cell() const noexcept { return {value_, state_}; }

  mutable T value_{};
  mutable WaitState state_;
};

}  // namespace poolproof::sim
