// POSIX threads and semaphores.

#include <pthread.h>
#include <semaphore.h>

#include <cassert>
#include <cerrno>
#include <cstdint>
#include <ctime>

namespace {

timespec after(clockid_t clock, time_t seconds) {
  timespec time;
  clock_gettime(clock, &time);
  time.tv_sec += seconds;
  return time;
}

pthread_t start(void* (*function)(void*), void* argument = nullptr) {
  pthread_t thread;
  assert(pthread_create(&thread, nullptr, function, argument) == 0);
  return thread;
}

void* join(pthread_t thread) {
  void* result = nullptr;
  assert(pthread_join(thread, &result) == 0);
  return result;
}

pthread_mutex_t mutex_of(int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, type);
  pthread_mutex_t mutex;
  pthread_mutex_init(&mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return mutex;
}

void mutexes() {
  pthread_mutex_t careful = mutex_of(PTHREAD_MUTEX_ERRORCHECK);
  assert(pthread_mutex_unlock(&careful) == EPERM);
  assert(pthread_mutex_lock(&careful) == 0);
  assert(pthread_mutex_lock(&careful) == EDEADLK);
  assert(pthread_mutex_trylock(&careful) == EBUSY);
  join(start(
      [](void* mutex) -> void* {
        const timespec deadline = after(CLOCK_REALTIME, 10);
        const timespec steady = after(CLOCK_MONOTONIC, 20);
        auto* at = static_cast<pthread_mutex_t*>(mutex);
        assert(pthread_mutex_unlock(at) == EPERM);
        assert(pthread_mutex_timedlock(at, &deadline) == ETIMEDOUT);
        assert(pthread_mutex_clocklock(at, CLOCK_MONOTONIC, &steady) == ETIMEDOUT);
        return nullptr;
      },
      &careful));
  assert(pthread_mutex_unlock(&careful) == 0);
  assert(pthread_mutex_destroy(&careful) == 0);
  pthread_mutex_t nesting = mutex_of(PTHREAD_MUTEX_RECURSIVE);
  assert(pthread_mutex_lock(&nesting) == 0 && pthread_mutex_lock(&nesting) == 0);
  assert(pthread_mutex_unlock(&nesting) == 0 && pthread_mutex_unlock(&nesting) == 0);
  assert(pthread_mutex_unlock(&nesting) == EPERM);
}

struct Box {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  bool is_full = false;
};

void conditions() {
  Box box;
  const pthread_t filler = start(
      [](void* argument) -> void* {
        auto& to_fill = *static_cast<Box*>(argument);
        pthread_mutex_lock(&to_fill.mutex);
        to_fill.is_full = true;
        pthread_mutex_unlock(&to_fill.mutex);
        pthread_cond_signal(&to_fill.condition);
        return nullptr;
      },
      &box);
  pthread_mutex_lock(&box.mutex);
  while (!box.is_full)
    pthread_cond_wait(&box.condition, &box.mutex);
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_t steady;
  pthread_cond_init(&steady, &attributes);
  const timespec soon = after(CLOCK_MONOTONIC, 5);
  int answer = 0;
  while (answer == 0)
    answer = pthread_cond_timedwait(&steady, &box.mutex, &soon);
  assert(answer == ETIMEDOUT);
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  assert(now.tv_sec >= soon.tv_sec);
  const timespec calendar = after(CLOCK_REALTIME, 5);
  answer = 0;
  while (answer == 0)
    answer = pthread_cond_clockwait(&steady, &box.mutex, CLOCK_REALTIME, &calendar);
  assert(answer == ETIMEDOUT);
  pthread_mutex_unlock(&box.mutex);
  pthread_cond_destroy(&steady);
  join(filler);
  pthread_cond_broadcast(&box.condition);
}

void read_write_locks() {
  pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
  assert(pthread_rwlock_rdlock(&lock) == 0 && pthread_rwlock_tryrdlock(&lock) == 0);
  assert(pthread_rwlock_trywrlock(&lock) == EBUSY);
  const timespec soon = after(CLOCK_REALTIME, 1);
  assert(pthread_rwlock_timedwrlock(&lock, &soon) == ETIMEDOUT);
  pthread_rwlock_unlock(&lock);
  pthread_rwlock_unlock(&lock);
  assert(pthread_rwlock_wrlock(&lock) == 0);
  join(start(
      [](void* argument) -> void* {
        auto* at = static_cast<pthread_rwlock_t*>(argument);
        const timespec steady = after(CLOCK_MONOTONIC, 1);
        assert(pthread_rwlock_tryrdlock(at) == EBUSY);
        assert(pthread_rwlock_clockrdlock(at, CLOCK_MONOTONIC, &steady) == ETIMEDOUT);
        return nullptr;
      },
      &lock));
  pthread_rwlock_unlock(&lock);
  pthread_rwlock_destroy(&lock);
}

pthread_spinlock_t spin;
pthread_barrier_t barrier;
int counted = 0;

void spins_and_barriers() {
  pthread_spin_init(&spin, PTHREAD_PROCESS_PRIVATE);
  pthread_barrier_init(&barrier, nullptr, 3);
  const auto work = [](void*) -> void* {
    pthread_spin_lock(&spin);
    ++counted;
    pthread_spin_unlock(&spin);
    const int answer = pthread_barrier_wait(&barrier);
    assert(counted == 3);
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(answer));
  };
  const pthread_t one = start(work);
  const pthread_t two = start(work);
  int serial = work(nullptr) != nullptr ? 1 : 0;
  if (join(one) != nullptr) ++serial;
  if (join(two) != nullptr) ++serial;
  assert(serial == 1);
  assert(pthread_spin_trylock(&spin) == 0 && pthread_spin_trylock(&spin) == EBUSY);
  pthread_spin_destroy(&spin);
  pthread_barrier_destroy(&barrier);
}

pthread_once_t once = PTHREAD_ONCE_INIT;
int initialised = 0;
pthread_key_t key;
int destroyed = 0;

void once_and_keys() {
  const auto work = [](void*) -> void* {
    pthread_once(&once, [] {
      ++initialised;
      pthread_key_create(&key, [](void* value) { destroyed += *static_cast<int*>(value); });
    });
    assert(initialised == 1 && pthread_getspecific(key) == nullptr);
    static int one = 1;
    pthread_setspecific(key, &one);
    return pthread_getspecific(key);
  };
  const pthread_t first = start(work);
  const pthread_t second = start(work);
  assert(join(first) == join(second));
  assert(destroyed == 2);
  pthread_key_delete(key);
}

int cleaned = 0;

struct Cleans {
  ~Cleans() { ++cleaned; }
};

void ends() {
  const pthread_t leaver = start([](void*) -> void* {
    const Cleans cleans;
    pthread_exit(&cleaned);
  });
  assert(join(leaver) == &cleaned && cleaned == 1);
  const pthread_t cancelled = start([](void*) -> void* {
    const Cleans cleans;
    pthread_cleanup_push([](void* number) { ++*static_cast<int*>(number); }, &cleaned);
    for (;;) {
      const timespec long_time{.tv_sec = 3600, .tv_nsec = 0};
      nanosleep(&long_time, nullptr);
    }
    pthread_cleanup_pop(0);
    return nullptr;
  });
  assert(pthread_cancel(cancelled) == 0);
  assert(join(cancelled) == PTHREAD_CANCELED);
  assert(cleaned == 1 || cleaned == 3);
  const pthread_t stubborn = start([](void*) -> void* {
    int before = 0;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
    sched_yield();
    pthread_testcancel();
    return &destroyed;
  });
  sched_yield();
  pthread_cancel(stubborn);
  void* result = join(stubborn);
  assert(result == &destroyed || result == PTHREAD_CANCELED);
}

void joins() {
  const pthread_t sleeper = start([](void*) -> void* {
    const timespec minute{.tv_sec = 60, .tv_nsec = 0};
    nanosleep(&minute, nullptr);
    return nullptr;
  });
  const timespec soon = after(CLOCK_REALTIME, 1);
  const timespec later = after(CLOCK_MONOTONIC, 100);
  // Who is late may find that all is over, and time may pass before a thread begins.
  if (pthread_timedjoin_np(sleeper, nullptr, &soon) == ETIMEDOUT) {
    const int answer = pthread_clockjoin_np(sleeper, nullptr, CLOCK_MONOTONIC, &later);
    assert(answer == 0 || answer == ETIMEDOUT);
    if (answer == ETIMEDOUT) assert(pthread_join(sleeper, nullptr) == 0);
  }
  const pthread_t other = start([](void*) -> void* { return nullptr; });
  while (pthread_tryjoin_np(other, nullptr) == EBUSY)
    sched_yield();
  const pthread_t alone = start([](void* self) -> void* {
    assert(pthread_equal(pthread_self(), pthread_self()));
    return self;
  });
  assert(pthread_detach(alone) == 0);
  assert(pthread_join(pthread_self(), nullptr) == EDEADLK);
}

void semaphores() {
  sem_t semaphore;
  sem_init(&semaphore, 0, 1);
  assert(sem_wait(&semaphore) == 0);
  assert(sem_trywait(&semaphore) == -1 && errno == EAGAIN);
  const timespec soon = after(CLOCK_REALTIME, 1);
  assert(sem_timedwait(&semaphore, &soon) == -1 && errno == ETIMEDOUT);
  const timespec steady = after(CLOCK_MONOTONIC, 1);
  assert(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &steady) == -1 && errno == ETIMEDOUT);
  const pthread_t giver = start(
      [](void* at) -> void* {
        sem_post(static_cast<sem_t*>(at));
        return nullptr;
      },
      &semaphore);
  assert(sem_wait(&semaphore) == 0);
  join(giver);
  int value = -1;
  assert(sem_getvalue(&semaphore, &value) == 0 && value == 0);
  sem_destroy(&semaphore);
}

}  // namespace

int main() {
  mutexes();
  conditions();
  read_write_locks();
  spins_and_barriers();
  once_and_keys();
  ends();
  joins();
  semaphores();
  return 0;
}
