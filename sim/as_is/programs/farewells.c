// What a program has asked to be called when it ends, and with which exit code.
#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static int called;

static void* nothing(void* argument) {
  return argument;
}
static void first(void) {
  called = 1;
}
static void second(int code, void* other) {
  _exit(code == 4 && called == 1 ? *(int*)other : 1);
}
static void quick(void) {
  _Exit(5);
}

int main(void) {
  static int six = 6;
  pthread_t thread;
  pthread_create(&thread, NULL, nothing, NULL);
  pthread_join(thread, NULL);
  on_exit(second, &six);
  atexit(first);
  at_quick_exit(quick);
#ifdef QUICK
  quick_exit(0);
#endif
  return 4;
}
