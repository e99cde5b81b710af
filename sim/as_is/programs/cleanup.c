// C code that is cancelled, also before it waits: each of its handlers is called once, the newest
// first, and its mutex is free again.
#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int outer, inner, popped;

static void unlock(void* unused) {
  (void)unused;
  assert(outer == 0);
  ++inner;
  pthread_mutex_unlock(&mutex);
}
static void count(void* counter) {
  ++*(int*)counter;
}

static void wait_for_ever(void) {
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlock, NULL);
  pthread_cleanup_push(count, &popped);
  pthread_cleanup_pop(0);
  for (;;)
    pthread_cond_wait(&changed, &mutex);
  pthread_cleanup_pop(1);
}

static void* run(void* argument) {
  pthread_cleanup_push(count, &outer);
  wait_for_ever();
  pthread_cleanup_pop(0);
  return argument;
}

int main(void) {
  pthread_t thread;
  void* result = NULL;
  assert(pthread_create(&thread, NULL, run, NULL) == 0);
  usleep(10);
  assert(pthread_cancel(thread) == 0);
  assert(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  assert(outer == 1 && inner == 1 && popped == 0);
  assert(pthread_mutex_trylock(&mutex) == 0);
  return 0;
}
