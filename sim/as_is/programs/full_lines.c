// Threads that wait for each other because a line is full, or a process has not ended.
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { much = 200000 };

static int pipes[2], sockets[2], listener;
static pid_t child;
static struct sockaddr_in address;

static long read_all(int descriptor) {
  static char room[4096];
  long all = 0;
  for (ssize_t now; (now = read(descriptor, room, sizeof room)) > 0; all += now) {
  }
  return all;
}

static void* other(void* argument) {
  char c;
  usleep(1000);
  assert(read_all(pipes[0]) == 2 * much);
  assert(read_all(sockets[0]) == much);
  const int accepted = accept(listener, NULL, NULL);
  assert(read(accepted, &c, 1) == 1 && write(accepted, &c, 1) == 1 && close(accepted) == 0);
  usleep(1000);
  assert(kill(child, SIGTERM) == 0);
  return argument;
}

int main(void) {
  pthread_t thread;
  int status;
  char c = 'c';
  socklen_t size = sizeof address;
  static char bytes[much];
  const struct iovec twice[2] = {{bytes, much}, {bytes, much}};
  child = fork();
  if (child == 0) {
    pause();
    _exit(1);
  }
  assert(pipe(pipes) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  listener = socket(AF_INET, SOCK_STREAM, 0);
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  assert(bind(listener, (struct sockaddr*)&address, size) == 0 && listen(listener, 1) == 0);
  assert(getsockname(listener, (struct sockaddr*)&address, &size) == 0);
  assert(pthread_create(&thread, NULL, other, NULL) == 0);

  assert(writev(pipes[1], twice, 2) == 2 * much && close(pipes[1]) == 0);
  assert(send(sockets[1], bytes, much, 0) == much && close(sockets[1]) == 0);
  const int caller = socket(AF_INET, SOCK_STREAM, 0);
  assert(connect(caller, (struct sockaddr*)&address, size) == 0);
  assert(write(caller, &c, 1) == 1 && read(caller, &c, 1) == 1 && c == 'c');
  assert(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
  assert(pthread_join(thread, NULL) == 0);
  assert(close(pipes[0]) == 0 && close(sockets[0]) == 0 && close(caller) == 0 &&
         close(listener) == 0);
  return 0;
}
