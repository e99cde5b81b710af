// Read-write locks and semaphores.

#include <pthread.h>
#include <semaphore.h>

#include <cerrno>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/objects.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

// In bytes of it that the C library keeps at 0 while the lock is free, or does not use.
SharedMutexState& state_of(pthread_rwlock_t& lock) {
  SharedMutexState& state = objects().at(&lock, ObjectKind::shared_mutex).shared_mutex;
  state.word = &lock.__data.__cur_writer;
  state.sharers_word = &lock.__data.__pad3;
  if (*state.word == 0) state.is_held = false;
  if (*state.sharers_word == 0) state.sharers = 0;
  return state;
}

int write_lock(pthread_rwlock_t& lock, Instant deadline) {
  if (deadline == no_instant) return EINVAL;
  SharedMutexState& state = state_of(lock);
  Engine& engine = Engine::current();
  if (state.is_held && state.owner == engine.running()) return EDEADLK;
  return engine.lock_until(state, deadline) ? 0 : ETIMEDOUT;
}

int read_lock(pthread_rwlock_t& lock, Instant deadline) {
  if (deadline == no_instant) return EINVAL;
  SharedMutexState& state = state_of(lock);
  Engine& engine = Engine::current();
  if (state.is_held && state.owner == engine.running()) return EDEADLK;
  return engine.lock_shared_until(state, deadline) ? 0 : ETIMEDOUT;
}

int busy_where_late(int answer) noexcept {
  return answer == 0 ? 0 : EBUSY;
}

/// The number of permits stands in the first word of a semaphore, as the C library has it.
SemaphoreState& state_of(sem_t& semaphore) {
  SemaphoreState& state = objects().at(&semaphore, ObjectKind::semaphore).semaphore;
  state.word = reinterpret_cast<unsigned*>(&semaphore);
  state.permits = *state.word;
  return state;
}

int take(sem_t& semaphore, Instant deadline) {
  const CancellationPoint point;
  const bool is_deadline = deadline != no_instant;
  if (is_deadline && Engine::current().acquire_until(state_of(semaphore), deadline)) return 0;
  return fail_with(is_deadline ? ETIMEDOUT : EINVAL);
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::Instant;
using poolproof::sim::Engine;

POOLPROOF_INTERPOSE int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_rdlock)(lock);
  return read_lock(*lock, Instant::max());
}
POOLPROOF_INTERPOSE int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_tryrdlock)(lock);
  return busy_where_late(read_lock(*lock, Instant{}));
}
POOLPROOF_INTERPOSE int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock,
                                                   const timespec* deadline) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_timedrdlock)(lock, deadline);
  return read_lock(*lock, instant_of(CLOCK_REALTIME, *deadline));
}
POOLPROOF_INTERPOSE int pthread_rwlock_clockrdlock(pthread_rwlock_t* lock, clockid_t clock,
                                                   const timespec* deadline) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_clockrdlock)(lock, clock, deadline);
  return read_lock(*lock, instant_of(clock, *deadline));
}
POOLPROOF_INTERPOSE int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_wrlock)(lock);
  return write_lock(*lock, Instant::max());
}
POOLPROOF_INTERPOSE int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_trywrlock)(lock);
  return busy_where_late(write_lock(*lock, Instant{}));
}
POOLPROOF_INTERPOSE int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock,
                                                   const timespec* deadline) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_timedwrlock)(lock, deadline);
  return write_lock(*lock, instant_of(CLOCK_REALTIME, *deadline));
}
POOLPROOF_INTERPOSE int pthread_rwlock_clockwrlock(pthread_rwlock_t* lock, clockid_t clock,
                                                   const timespec* deadline) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_clockwrlock)(lock, clock, deadline);
  return write_lock(*lock, instant_of(clock, *deadline));
}
POOLPROOF_INTERPOSE int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_unlock)(lock);
  Engine::current().unlock(state_of(*lock));
  return 0;
}
POOLPROOF_INTERPOSE int pthread_rwlock_destroy(pthread_rwlock_t* lock) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_rwlock_destroy)(lock);
  objects().forget(lock);
  return 0;
}

POOLPROOF_INTERPOSE int sem_wait(sem_t* semaphore) {
  if (!is_inside()) return POOLPROOF_REAL(sem_wait)(semaphore);
  return take(*semaphore, Instant::max());
}
POOLPROOF_INTERPOSE int sem_timedwait(sem_t* semaphore, const timespec* deadline) {
  if (!is_inside()) return POOLPROOF_REAL(sem_timedwait)(semaphore, deadline);
  return take(*semaphore, instant_of(CLOCK_REALTIME, *deadline));
}
POOLPROOF_INTERPOSE int sem_clockwait(sem_t* semaphore, clockid_t clock,
                                      const timespec* deadline) {
  if (!is_inside()) return POOLPROOF_REAL(sem_clockwait)(semaphore, clock, deadline);
  return take(*semaphore, instant_of(clock, *deadline));
}
POOLPROOF_INTERPOSE int sem_trywait(sem_t* semaphore) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(sem_trywait)(semaphore);
  if (Engine::current().try_acquire(state_of(*semaphore))) return 0;
  return fail_with(EAGAIN);
}
POOLPROOF_INTERPOSE int sem_post(sem_t* semaphore) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(sem_post)(semaphore);
  Engine::current().release(state_of(*semaphore), 1);
  return 0;
}
POOLPROOF_INTERPOSE int sem_destroy(sem_t* semaphore) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(sem_destroy)(semaphore);
  objects().forget(semaphore);
  return 0;
}
