#pragma once
// Programs that the test server runs.

#include <sys/types.h>

#include <string>
#include <vector>

namespace poolproof::postgres {

struct ChildProcess {
  std::vector<std::string> command;  ///< the program's path, then its arguments
  std::string log;                   ///< file that takes its output; empty: nowhere
  std::string folder = "/";          ///< where it runs
  uid_t user = 0;                    ///< changed to by root alone
  gid_t group = 0;
  int input = -1;  ///< its standard input; -1: nothing
};

/// Throws std::system_error when there can be no other process.
pid_t start(const ChildProcess& child);

/// Waits for its end, and returns the exit code; 128 + the signal, if one ended it.
int wait_for_end(pid_t child);

}  // namespace poolproof::postgres
