// pthread mutexes, spin locks and C11 mutexes: the C library's names, the engine's meaning.
// Whether a mutex is held stands in its own bytes, where static initialisers and memory that is
// used again put it; who waits is known by the engine.

#include <pthread.h>
#include <sched.h>
#include <threads.h>

#include <cerrno>

#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/objects.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

MutexState& state_of(int& word) {
  MutexState& mutex = objects().at(&word, ObjectKind::mutex).mutex;
  mutex.word = &word;
  if (word == 0) mutex.is_held = false;  // Another one, in the same place.
  return mutex;
}

int kind_of(const pthread_mutex_t& mutex) noexcept {
  return mutex.__data.__kind & 3;
}

bool is_mine(const pthread_mutex_t& mutex, const MutexState& state) noexcept {
  return mutex.__data.__lock != 0 && state.is_held && state.owner == Engine::current().running();
}

enum class Patience : std::uint8_t { none, until };

int lock(pthread_mutex_t& mutex, Patience patience, Instant deadline = Instant::max()) {
  MutexState& state = state_of(mutex.__data.__lock);
  if (is_mine(mutex, state)) {
    if (kind_of(mutex) == PTHREAD_MUTEX_RECURSIVE) {
      ++mutex.__data.__count;
      return 0;
    }
    if (patience != Patience::none && kind_of(mutex) == PTHREAD_MUTEX_ERRORCHECK) return EDEADLK;
  }
  Engine& engine = Engine::current();
  if (patience == Patience::none) return engine.try_lock(state) ? 0 : EBUSY;
  if (deadline == Instant::max()) {
    engine.lock(state);
    return 0;
  }
  if (deadline == no_instant)
    return engine.try_lock(state) ? 0 : EINVAL;  // Never, where it waits.
  return engine.lock_until(state, deadline) ? 0 : ETIMEDOUT;
}

int unlock(pthread_mutex_t& mutex) noexcept {
  MutexState& state = state_of(mutex.__data.__lock);
  if (is_mine(mutex, state)) {
    if (mutex.__data.__count == 0) {
      Engine::current().unlock(state);
      return 0;
    }
    --mutex.__data.__count;
    return 0;
  }
  const int kind = kind_of(mutex);
  if (kind == PTHREAD_MUTEX_RECURSIVE || kind == PTHREAD_MUTEX_ERRORCHECK) return EPERM;
  // By another task than the one that locked it: undefined, and done all the same by programs that
  // take a mutex for a semaphore. The C library lets it pass.
  if (state.is_held) state.owner = Engine::current().running();
  Engine::current().unlock(state);
  return 0;
}

pthread_mutex_t& posix(mtx_t* mutex) noexcept {
  return *reinterpret_cast<pthread_mutex_t*>(mutex);
}

int c11(int posix_error) noexcept {
  switch (posix_error) {
    case 0:
      return thrd_success;
    case EBUSY:
      return thrd_busy;
    case ETIMEDOUT:
      return thrd_timedout;
    default:
      return thrd_error;
  }
}

}  // namespace

MutexState& mutex_state(pthread_mutex_t& mutex) {
  return state_of(mutex.__data.__lock);
}

}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::Instant;
using poolproof::sim::Engine;

POOLPROOF_INTERPOSE int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_mutex_lock)(mutex);
  return lock(*mutex, Patience::until);
}
POOLPROOF_INTERPOSE int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_mutex_trylock)(mutex);
  return lock(*mutex, Patience::none);
}
POOLPROOF_INTERPOSE int pthread_mutex_timedlock(pthread_mutex_t* mutex,
                                                const timespec* deadline) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_mutex_timedlock)(mutex, deadline);
  return lock(*mutex, Patience::until, instant_of(CLOCK_REALTIME, *deadline));
}
POOLPROOF_INTERPOSE int pthread_mutex_clocklock(pthread_mutex_t* mutex, clockid_t clock,
                                                const timespec* deadline) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_mutex_clocklock)(mutex, clock, deadline);
  return lock(*mutex, Patience::until, instant_of(clock, *deadline));
}
POOLPROOF_INTERPOSE int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_mutex_unlock)(mutex);
  return unlock(*mutex);
}
POOLPROOF_INTERPOSE int pthread_mutex_destroy(pthread_mutex_t* mutex) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_mutex_destroy)(mutex);
  if (mutex->__data.__lock != 0) return EBUSY;
  objects().forget(&mutex->__data.__lock);
  return 0;
}
POOLPROOF_INTERPOSE int pthread_mutex_consistent(pthread_mutex_t* mutex) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_mutex_consistent)(mutex);
  return EINVAL;  // No thread of an execution dies with a mutex.
}

// All of a spin lock is ours, outside of executions too: what the C library writes into one that
// is free depends on the processor.
POOLPROOF_INTERPOSE int pthread_spin_init(pthread_spinlock_t* lock, int) noexcept {
  *lock = 0;
  return 0;
}
POOLPROOF_INTERPOSE int pthread_spin_destroy(pthread_spinlock_t* lock) noexcept {
  if (is_inside()) objects().forget(const_cast<int*>(lock));
  return 0;
}
POOLPROOF_INTERPOSE int pthread_spin_lock(pthread_spinlock_t* lock) noexcept {
  if (is_inside()) {
    Engine::current().lock(state_of(*const_cast<int*>(lock)));
    return 0;
  }
  while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) != 0)
    POOLPROOF_REAL(sched_yield)();
  return 0;
}
POOLPROOF_INTERPOSE int pthread_spin_trylock(pthread_spinlock_t* lock) noexcept {
  if (is_inside())
    return Engine::current().try_lock(state_of(*const_cast<int*>(lock))) ? 0 : EBUSY;
  return __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) == 0 ? 0 : EBUSY;
}
POOLPROOF_INTERPOSE int pthread_spin_unlock(pthread_spinlock_t* lock) noexcept {
  if (is_inside()) {
    Engine::current().unlock(state_of(*const_cast<int*>(lock)));
    return 0;
  }
  __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
  return 0;
}

POOLPROOF_INTERPOSE int mtx_lock(mtx_t* mutex) {
  if (!is_inside()) return POOLPROOF_REAL(mtx_lock)(mutex);
  return c11(lock(posix(mutex), Patience::until));
}
POOLPROOF_INTERPOSE int mtx_trylock(mtx_t* mutex) {
  if (!is_inside()) return POOLPROOF_REAL(mtx_trylock)(mutex);
  return c11(lock(posix(mutex), Patience::none));
}
POOLPROOF_INTERPOSE int mtx_timedlock(mtx_t* mutex, const timespec* deadline) {
  if (!is_inside()) return POOLPROOF_REAL(mtx_timedlock)(mutex, deadline);
  return c11(lock(posix(mutex), Patience::until, instant_of(CLOCK_REALTIME, *deadline)));
}
POOLPROOF_INTERPOSE int mtx_unlock(mtx_t* mutex) {
  if (!is_inside()) return POOLPROOF_REAL(mtx_unlock)(mutex);
  return c11(unlock(posix(mutex)));
}
POOLPROOF_INTERPOSE void mtx_destroy(mtx_t* mutex) {
  if (!is_inside()) return POOLPROOF_REAL(mtx_destroy)(mutex);
  objects().forget(&posix(mutex).__data.__lock);
}
