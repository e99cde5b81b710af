// Knows the process that it began in, which none that is forked from it is: so it goes wrong in
// those alone.

#include <cassert>
#include <csignal>

#include <unistd.h>

static const pid_t first = getpid();

int main() {
#ifdef KILLED
  if (getpid() != first) kill(getpid(), SIGKILL);
#else
  assert(getpid() == first);
#endif
  return 0;
}
