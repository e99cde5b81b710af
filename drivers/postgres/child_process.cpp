#include <poolproof/drivers/postgres/child_process.h>

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace poolproof::postgres {
namespace {

constexpr int cannot_run = 127;

/// Between fork and exec only what may be called there: other threads may have held any lock.
[[noreturn]] void become(const ChildProcess& child, char* const* arguments) {
  const int nothing = ::open("/dev/null", O_RDWR);
  const int log =
      child.log.empty() ? nothing : ::open(child.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(child.input < 0 ? nothing : child.input, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  const bool is_other = ::geteuid() == 0 && child.user != 0;
  if (is_other) {
    const bool has_changed =
        ::setgroups(0, nullptr) == 0 && ::setgid(child.group) == 0 && ::setuid(child.user) == 0;
    if (!has_changed) ::_exit(cannot_run);
  }
  if (::chdir(child.folder.c_str()) != 0) ::_exit(cannot_run);
  ::execv(arguments[0], arguments);
  ::_exit(cannot_run);
}

}  // namespace

pid_t start(const ChildProcess& child) {
  std::vector<std::string> words = child.command;
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) become(child, arguments.data());
  return pid;
}

int wait_for_end(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "waitpid");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace poolproof::postgres
