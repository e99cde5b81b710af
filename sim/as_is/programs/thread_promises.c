// What pthreads promise beyond threads and locks: room on the stack, objects that were made before
// main, handlers of forks, and what a thread keeps back of signals.
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pthread_barrier_t barrier;
static sem_t semaphore;
static pthread_key_t key;
static pthread_rwlock_t lock;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static const struct timespec no_time = {.tv_sec = 2000000000, .tv_nsec = 1000000000};
static int prepared;

__attribute__((constructor)) static void before_main(void) {
  assert(pthread_barrier_init(&barrier, NULL, 2) == 0);
  assert(sem_init(&semaphore, 0, 0) == 0);
  assert(pthread_key_create(&key, NULL) == 0);
  assert(pthread_rwlock_init(&lock, NULL) == 0);
}

static int depth(int frames) {
  volatile char room[4096];
  memset((void*)room, frames, sizeof room);
  return frames == 0 ? 0 : 1 + depth(frames - 1);
}

static void* deep(void* frames) {
  pthread_attr_t attributes;
  void* bottom;
  size_t size;
  assert(pthread_getattr_np(pthread_self(), &attributes) == 0);
  assert(pthread_attr_getstack(&attributes, &bottom, &size) == 0);
  assert((char*)&attributes > (char*)bottom && (char*)&attributes < (char*)bottom + size);
  assert(depth((int)(long)frames) == (int)(long)frames);
  return frames;
}

static void* other(void* is_blocked) {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, NULL, &mask);
  assert(sigismember(&mask, SIGUSR1) == (is_blocked != NULL));
  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &mask, NULL);
  pthread_barrier_wait(&barrier);
  assert(sem_wait(&semaphore) == 0 && pthread_setspecific(key, &key) == 0);
  assert(pthread_mutex_timedlock(&mutex, &no_time) == EINVAL);
  assert(sem_timedwait(&semaphore, &no_time) == -1 && errno == EINVAL);
  pthread_barrier_wait(&barrier);
  return is_blocked;
}

/// Keeps back what nobody else does, and is sent it.
static void* waits_for_its_own(void* argument) {
  sigset_t mask;
  int signal = 0;
  sigemptyset(&mask);
  sigaddset(&mask, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &mask, NULL);
  pthread_barrier_wait(&barrier);
  assert(sigwait(&mask, &signal) == 0 && signal == SIGTERM);
  return argument;
}

/// In a process of its own, which has none of the other threads.
static int keeps_back(void) {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGTERM);
  sigprocmask(SIG_BLOCK, &mask, NULL);
  kill(getpid(), SIGTERM);
  sigpending(&mask);
  return sigismember(&mask, SIGTERM);
}

static void prepare(void) {
  ++prepared;
}

int main(void) {
  pthread_t thread;
  pthread_attr_t large;
  sigset_t mask;
  int status;
  assert(eventfd(0, 0) < 100);  // And it is left open.
  assert(pthread_create(&thread, NULL, deep, (void*)500) == 0 && pthread_join(thread, NULL) == 0);
  pthread_attr_init(&large);
  assert(pthread_attr_setstacksize(&large, 16 << 20) == 0);
  assert(pthread_create(&thread, &large, deep, (void*)3000) == 0 &&
         pthread_join(thread, NULL) == 0);

  sigemptyset(&mask);
  sigaddset(&mask, SIGUSR1);
  assert(pthread_sigmask(SIG_BLOCK, &mask, NULL) == 0);
  assert(pthread_mutex_lock(&mutex) == 0);
  assert(pthread_create(&thread, NULL, other, &mask) == 0);
  pthread_barrier_wait(&barrier);
  assert(sem_post(&semaphore) == 0);
  pthread_barrier_wait(&barrier);
  assert(pthread_join(thread, NULL) == 0);
  pthread_sigmask(SIG_BLOCK, NULL, &mask);
  assert(sigismember(&mask, SIGUSR1) == 1 && sigismember(&mask, SIGUSR2) == 0);
  assert(pthread_rwlock_timedwrlock(&lock, &no_time) == EINVAL);

  assert(pthread_create(&thread, NULL, waits_for_its_own, NULL) == 0);
  pthread_barrier_wait(&barrier);
  assert(pthread_kill(thread, SIGTERM) == 0);

  assert(pthread_atfork(prepare, NULL, NULL) == 0);
  const pid_t child = fork();
  if (child == 0) return keeps_back() + prepared;
  assert(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 2 && prepared == 1);
  assert(pthread_join(thread, NULL) == 0);
  return 0;
}
