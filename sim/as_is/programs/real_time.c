// An alarm comes by the machine's time, of which an execution takes next to nothing.
#include <pthread.h>
#include <unistd.h>

static void* nothing(void* argument) {
  return argument;
}

int main(void) {
  pthread_t thread;
  alarm(100);
  pthread_create(&thread, NULL, nothing, NULL);
  pthread_join(thread, NULL);
  alarm(0);
  return 0;
}
