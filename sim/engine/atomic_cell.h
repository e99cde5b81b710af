#pragma once
// What an atomic operation is inside an Engine: a scheduling point, then the value's change and
// the order between tasks that it makes. Every atomic goes through here: SimAtomic's, which has
// its state beside its value, and those of instrumented code (sim/as_is/instrumented.cpp), whose
// state is found by address. Values are sequentially consistent whatever the order asked for; the
// order asked for decides what the race detector learns.

#include <atomic>
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

/// How a compare_exchange is asked for.
struct ExchangeTerms {
  std::memory_order success = std::memory_order_seq_cst;
  std::memory_order failure = std::memory_order_seq_cst;
  bool may_fail = false;  ///< although the value is the expected one: a weak one
};

/// An atomic object as a task meets it: a value, and what the engine knows of it.
template <class T>
class AtomicCell {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  AtomicCell(T& value, WaitState& state) noexcept : value_(value), state_(state) {}

  T load(std::memory_order order) const noexcept {
    Engine::current().touch_noexcept(state_, IntentKind::load);
    return read(order);
  }
  void store(T value, std::memory_order order) const noexcept {
    Engine::current().touch_noexcept(state_, IntentKind::store);
    write(value, order);
  }
  /// Writes what `change` makes of the value; returns what it was.
  template <class Change>
  T update(std::memory_order order, Change change) const noexcept {
    Engine::current().touch_noexcept(state_, IntentKind::exchange);
    const T old = read(order);
    write(change(old), order);
    return old;
  }
  bool compare_exchange(T& expected, T desired, ExchangeTerms terms) const noexcept {
    Engine& engine = Engine::current();
    engine.touch_noexcept(state_, IntentKind::compare_exchange);
    if (is_same(value_now(), expected) && !(terms.may_fail && engine.fails_spuriously())) {
      read(terms.success);
      write(desired, terms.success);
      return true;
    }
    expected = read(terms.failure);
    return false;
  }

  /// Sleeps while the value is `old`; wakes only when notified.
  void wait(T old, std::memory_order order) const {
    for (;;) {
      if (!Engine::current().touch(state_, IntentKind::atomic_wait)) return;
      if (!is_same(read(order), old)) return;
      Engine::current().park(state_);
    }
  }
  void notify(bool all) const noexcept {
    Engine& engine = Engine::current();
    if (engine.touch_noexcept(state_, IntentKind::atomic_notify)) engine.unpark(state_, all);
  }

 private:
  static bool is_same(const T& a, const T& b) noexcept {
    if constexpr (std::is_integral_v<T>) return a == b;
    return std::memcmp(&a, &b, sizeof(T)) == 0;
  }

  // The value itself is the engine's to order: only what was asked for is told to the detector.
  __attribute__((no_sanitize("thread"))) T read(std::memory_order order) const noexcept {
    if (is_acquire(order)) happens_before_acquire(&state_);
    return value_;
  }
  __attribute__((no_sanitize("thread"))) void write(T value,
                                                    std::memory_order order) const noexcept {
    if (is_release(order)) happens_before_release(&state_);
    value_ = value;
  }
  __attribute__((no_sanitize("thread"))) T value_now() const noexcept { return value_; }

  T& value_;
  WaitState& state_;
};

}  // namespace poolproof::sim
