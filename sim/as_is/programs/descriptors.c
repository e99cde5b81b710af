// Threads that wait for each other by what the kernel has: a pipe, sockets, a signal.
#include <assert.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

static int pipes[2], sockets[2];
static sigset_t signals;

static void* answer(void* argument) {
  char c;
  int signal = 0;
  assert(read(pipes[0], &c, 1) == 1 && c == 'p');
  usleep(5000);
  assert(send(sockets[1], "s", 1, 0) == 1);
  usleep(5000);
  assert(send(sockets[1], "t", 1, 0) == 1);
  assert(sigwait(&signals, &signal) == 0 && signal == SIGUSR1);
  return argument;
}

int main(void) {
  pthread_t thread;
  char c;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  assert(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  assert(pthread_create(&thread, NULL, answer, NULL) == 0);
  assert(write(pipes[1], "p", 1) == 1);
  assert(recv(sockets[0], &c, 1, 0) == 1 && c == 's');
  struct pollfd late = {.fd = sockets[0], .events = POLLIN};
  assert(poll(&late, 1, -1) == 1);
  assert(pthread_kill(thread, SIGUSR1) == 0);
  assert(pthread_join(thread, NULL) == 0);
  for (int i = 0; i < 2; ++i)
    assert(close(pipes[i]) == 0 && close(sockets[i]) == 0);
  return 0;
}
