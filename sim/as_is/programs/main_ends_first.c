// The main thread ends before the program, which ends well with the last of the others.
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int left = 3;

static void* run(void* argument) {
  pthread_mutex_lock(&mutex);
  const int is_last = --left == 0;
  pthread_mutex_unlock(&mutex);
#ifdef LAST_ENDS_ILL
  if (is_last && argument != NULL) exit(3);
#endif
  (void)is_last;
  return argument;
}

int main(void) {
  pthread_t thread;
  for (int i = 0; i < 3; ++i)
    if (pthread_create(&thread, NULL, run, i == 1 ? &left : NULL) != 0) abort();
  pthread_exit(NULL);
}
