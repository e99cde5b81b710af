// What code calls that was compiled with -fsanitize=thread (poolproof_instrument() in CMake): the
// functions of libtsan by their names. Atomic operations are scheduling points of the engine;
// plain reads and writes are let pass. Outside of executions an atomic operation is just that.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/objects.h>
#include <poolproof/sim/engine/atomic_cell.h>

namespace poolproof::sim::as_is {
namespace {

__extension__ using Wide = unsigned __int128;

/// Compilers number the orders as the standard does; the bits above are hints for the processor.
std::memory_order order_of(int number) noexcept {
  return static_cast<std::memory_order>(number & 7);
}

/// The operations of the processor, all of them in one order, the strongest. (The widest ones
/// through compare and exchange, for which no library is called.)
template <class T>
struct Processor {
  static T load(T& value) noexcept { return __atomic_load_n(&value, __ATOMIC_SEQ_CST); }
  static bool compare_exchange(T& value, T& expected, T desired) noexcept {
    return __atomic_compare_exchange_n(&value, &expected, desired, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
  }
};
template <>
struct Processor<Wide> {
  static Wide load(Wide& value) noexcept { return __sync_val_compare_and_swap(&value, 0, 0); }
  static bool compare_exchange(Wide& value, Wide& expected, Wide desired) noexcept {
    const Wide found = __sync_val_compare_and_swap(&value, expected, desired);
    if (found == expected) return true;
    expected = found;
    return false;
  }
};

template <class T>
T& unlocked(const volatile T* value) noexcept {
  return *const_cast<T*>(value);  // NOLINT: the caller's to write
}

template <class T>
AtomicCell<T> cell(const volatile T* value) {
  T& place = unlocked(value);
  return {place, objects().at(&place, ObjectKind::word).waiters};
}

template <class T>
T load(const volatile T* value, int order) noexcept {
  if (is_inside()) return cell(value).load(order_of(order));
  return Processor<T>::load(unlocked(value));
}

template <class T, class Change>
T update(volatile T* value, int order, Change change) noexcept {
  if (is_inside()) return cell(value).update(order_of(order), change);
  T old = Processor<T>::load(unlocked(value));
  while (!Processor<T>::compare_exchange(unlocked(value), old, change(old))) {
  }
  return old;
}

template <class T>
void store(volatile T* value, T desired, int order) noexcept {
  if (is_inside()) return cell(value).store(desired, order_of(order));
  update(value, order, [desired](T) { return desired; });
}

template <class T>
bool compare_exchange(volatile T* value, T& expected, T desired, ExchangeTerms terms) noexcept {
  if (is_inside()) return cell(value).compare_exchange(expected, desired, terms);
  return Processor<T>::compare_exchange(unlocked(value), expected, desired);
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;

using poolproof::sim::ExchangeTerms;

// Neither compiler declares what it calls.
#define POOLPROOF_CALLED(result, name, parameters) \
  extern "C" result name parameters;               \
  POOLPROOF_INTERPOSE result name parameters

// ---- Atomic operations, by width in bits

#define POOLPROOF_UPDATE(bits, type, name, changed)                                              \
  POOLPROOF_CALLED(type, __tsan_atomic##bits##_##name,                                           \
                   (volatile type * value, type by, int order)) {                                \
    return update(value, order, [by](type old) noexcept { return static_cast<type>(changed); }); \
  }

#define POOLPROOF_COMPARE_EXCHANGE(bits, type, strength, weak)                            \
  POOLPROOF_CALLED(                                                                       \
      int, __tsan_atomic##bits##_compare_exchange_##strength,                             \
      (volatile type * value, type * expected, type desired, int success, int failure)) { \
    return compare_exchange(value, *expected, desired,                                    \
                            {order_of(success), order_of(failure), weak});                \
  }

#define POOLPROOF_ATOMIC(bits, type)                                                            \
  POOLPROOF_CALLED(type, __tsan_atomic##bits##_load, (const volatile type* value, int order)) { \
    return load(value, order);                                                                  \
  }                                                                                             \
  POOLPROOF_CALLED(void, __tsan_atomic##bits##_store,                                           \
                   (volatile type * value, type desired, int order)) {                          \
    store(value, desired, order);                                                               \
  }                                                                                             \
  POOLPROOF_UPDATE(bits, type, exchange, (static_cast<void>(old), by))                          \
  POOLPROOF_UPDATE(bits, type, fetch_add, old + by)                                             \
  POOLPROOF_UPDATE(bits, type, fetch_sub, old - by)                                             \
  POOLPROOF_UPDATE(bits, type, fetch_and, old& by)                                              \
  POOLPROOF_UPDATE(bits, type, fetch_or, old | by)                                              \
  POOLPROOF_UPDATE(bits, type, fetch_xor, old ^ by)                                             \
  POOLPROOF_UPDATE(bits, type, fetch_nand, ~(old & by))                                         \
  POOLPROOF_COMPARE_EXCHANGE(bits, type, strong, false)                                         \
  POOLPROOF_COMPARE_EXCHANGE(bits, type, weak, true)                                            \
  POOLPROOF_CALLED(                                                                             \
      type, __tsan_atomic##bits##_compare_exchange_val,                                         \
      (volatile type * value, type expected, type desired, int success, int failure)) {         \
    compare_exchange(value, expected, desired, {order_of(success), order_of(failure), false});  \
    return expected;                                                                            \
  }

POOLPROOF_ATOMIC(8, std::uint8_t)
POOLPROOF_ATOMIC(16, std::uint16_t)
POOLPROOF_ATOMIC(32, std::uint32_t)
POOLPROOF_ATOMIC(64, std::uint64_t)
POOLPROOF_ATOMIC(128, Wide)

// Values are sequentially consistent inside an execution, so that a fence adds nothing there.
POOLPROOF_CALLED(void, __tsan_atomic_thread_fence, (int)) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
POOLPROOF_CALLED(void, __tsan_atomic_signal_fence, (int)) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

// ---- Plain reads and writes

#define POOLPROOF_PASSED(name, ...) \
  POOLPROOF_CALLED(void, name, (__VA_ARGS__)) {}

#define POOLPROOF_ACCESS(bytes)                                  \
  POOLPROOF_PASSED(__tsan_read##bytes, void*)                    \
  POOLPROOF_PASSED(__tsan_write##bytes, void*)                   \
  POOLPROOF_PASSED(__tsan_read_write##bytes, void*)              \
  POOLPROOF_PASSED(__tsan_read##bytes##_pc, void*, void*)        \
  POOLPROOF_PASSED(__tsan_write##bytes##_pc, void*, void*)       \
  POOLPROOF_PASSED(__tsan_volatile_read##bytes, void*)           \
  POOLPROOF_PASSED(__tsan_volatile_write##bytes, void*)          \
  POOLPROOF_PASSED(__tsan_unaligned_read##bytes, void*)          \
  POOLPROOF_PASSED(__tsan_unaligned_write##bytes, void*)         \
  POOLPROOF_PASSED(__tsan_unaligned_read_write##bytes, void*)    \
  POOLPROOF_PASSED(__tsan_unaligned_volatile_read##bytes, void*) \
  POOLPROOF_PASSED(__tsan_unaligned_volatile_write##bytes, void*)

POOLPROOF_ACCESS(1)
POOLPROOF_ACCESS(2)
POOLPROOF_ACCESS(4)
POOLPROOF_ACCESS(8)
POOLPROOF_ACCESS(16)
POOLPROOF_PASSED(__tsan_read_range, void*, unsigned long)
POOLPROOF_PASSED(__tsan_write_range, void*, unsigned long)
POOLPROOF_PASSED(__tsan_read_range_pc, void*, unsigned long, void*)
POOLPROOF_PASSED(__tsan_write_range_pc, void*, unsigned long, void*)
POOLPROOF_PASSED(__tsan_vptr_read, void**)
POOLPROOF_PASSED(__tsan_vptr_update, void**, void*)

POOLPROOF_CALLED(void*, __tsan_memcpy, (void* to, const void* from, std::size_t size)) {
  return std::memcpy(to, from, size);
}
POOLPROOF_CALLED(void*, __tsan_memmove, (void* to, const void* from, std::size_t size)) {
  return std::memmove(to, from, size);
}
POOLPROOF_CALLED(void*, __tsan_memset, (void* to, int byte, std::size_t size)) {
  return std::memset(to, byte, size);
}

// ---- Where code is, and what it says of itself. Fibers of its own keep the task's storage, and
// so are the task.

POOLPROOF_PASSED(__tsan_init)
POOLPROOF_PASSED(__tsan_func_entry, void*)
POOLPROOF_PASSED(__tsan_func_exit)
POOLPROOF_PASSED(__tsan_ignore_thread_begin)
POOLPROOF_PASSED(__tsan_ignore_thread_end)
POOLPROOF_PASSED(__tsan_acquire, void*)
POOLPROOF_PASSED(__tsan_release, void*)
POOLPROOF_PASSED(__tsan_mutex_create, void*, unsigned)
POOLPROOF_PASSED(__tsan_mutex_destroy, void*, unsigned)
POOLPROOF_PASSED(__tsan_mutex_pre_lock, void*, unsigned)
POOLPROOF_PASSED(__tsan_mutex_post_lock, void*, unsigned, int)
POOLPROOF_CALLED(int, __tsan_mutex_pre_unlock, (void*, unsigned)) {
  return 0;
}
POOLPROOF_PASSED(__tsan_mutex_post_unlock, void*, unsigned)
POOLPROOF_PASSED(__tsan_mutex_pre_signal, void*, unsigned)
POOLPROOF_PASSED(__tsan_mutex_post_signal, void*, unsigned)
POOLPROOF_PASSED(__tsan_mutex_pre_divert, void*, unsigned)
POOLPROOF_PASSED(__tsan_mutex_post_divert, void*, unsigned)
POOLPROOF_PASSED(__tsan_check_no_mutexes_held)
POOLPROOF_PASSED(__tsan_flush_memory)
POOLPROOF_CALLED(void*, __tsan_get_current_fiber, ()) {
  return nullptr;
}
POOLPROOF_CALLED(void*, __tsan_create_fiber, (unsigned)) {
  return nullptr;
}
POOLPROOF_PASSED(__tsan_destroy_fiber, void*)
POOLPROOF_PASSED(__tsan_switch_to_fiber, void*, unsigned)
POOLPROOF_PASSED(__tsan_set_fiber_name, void*, const char*)
POOLPROOF_CALLED(void*, __tsan_external_register_tag, (const char*)) {
  return nullptr;
}
POOLPROOF_PASSED(__tsan_external_assign_tag, void*, void*)
POOLPROOF_PASSED(__tsan_external_read, void*, void*, void*)
POOLPROOF_PASSED(__tsan_external_write, void*, void*, void*)

POOLPROOF_PASSED(AnnotateHappensBefore, const char*, int, void*)
POOLPROOF_PASSED(AnnotateHappensAfter, const char*, int, void*)
POOLPROOF_PASSED(AnnotateIgnoreReadsBegin, const char*, int)
POOLPROOF_PASSED(AnnotateIgnoreReadsEnd, const char*, int)
POOLPROOF_PASSED(AnnotateIgnoreWritesBegin, const char*, int)
POOLPROOF_PASSED(AnnotateIgnoreWritesEnd, const char*, int)
POOLPROOF_PASSED(AnnotateIgnoreSyncBegin, const char*, int)
POOLPROOF_PASSED(AnnotateIgnoreSyncEnd, const char*, int)
POOLPROOF_PASSED(AnnotateRWLockCreate, const char*, int, void*)
POOLPROOF_PASSED(AnnotateRWLockCreateStatic, const char*, int, void*)
POOLPROOF_PASSED(AnnotateRWLockDestroy, const char*, int, void*)
POOLPROOF_PASSED(AnnotateRWLockAcquired, const char*, int, void*, long)
POOLPROOF_PASSED(AnnotateRWLockReleased, const char*, int, void*, long)
POOLPROOF_PASSED(AnnotateBenignRace, const char*, int, void*, const char*)
POOLPROOF_PASSED(AnnotateBenignRaceSized, const char*, int, void*, long, const char*)
POOLPROOF_PASSED(AnnotateThreadName, const char*, int, const char*)
POOLPROOF_PASSED(AnnotateNewMemory, const char*, int, void*, long)
POOLPROOF_PASSED(AnnotateEnableRaceDetection, const char*, int, int)
