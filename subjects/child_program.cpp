#include <poolproof/subjects/child_program.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include <poolproof/core/ensure.h>

namespace poolproof::subjects {
namespace {

struct Pipe {
  std::array<int, 2> ends{};
  Pipe() { ensure(::pipe2(ends.data(), O_CLOEXEC) == 0); }
};

/// Returns whether more may come.
bool drain(int& from, std::string& into) {
  std::array<char, 4096> buffer;
  const ssize_t bytes = ::read(from, buffer.data(), buffer.size());
  if (bytes < 0 && errno == EINTR) return true;
  if (bytes > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(bytes));
    return true;
  }
  ::close(from);
  from = -1;
  return false;
}

}  // namespace

ChildProgram::ChildProgram(std::vector<std::string> words) {
  const Pipe out;
  const Pipe err;
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  process_ = ::fork();
  ensure(process_ >= 0);
  if (process_ == 0) {
    ::dup2(out.ends[1], STDOUT_FILENO);
    ::dup2(err.ends[1], STDERR_FILENO);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::close(out.ends[1]);
  ::close(err.ends[1]);
  out_ = out.ends[0];
  err_ = err.ends[0];
}

ChildProgram::~ChildProgram() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  if (out_ >= 0) ::close(out_);
  if (err_ >= 0) ::close(err_);
}

bool ChildProgram::read_more() {
  std::array<pollfd, 2> watched{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
  if (::poll(watched.data(), watched.size(), -1) < 0) return errno == EINTR;
  if (watched[0].revents != 0) drain(out_, end_.out);
  if (watched[1].revents != 0) drain(err_, end_.err);
  return out_ >= 0 || err_ >= 0;
}

void ChildProgram::await_first_line() {
  while (end_.out.find('\n') == std::string::npos && read_more()) {
  }
}

void ChildProgram::await_error(const std::string& text) {
  while (end_.err.find(text) == std::string::npos && read_more()) {
  }
}

void ChildProgram::send(int signal) const {
  ensure(::kill(process_, signal) == 0);
}

ProgramEnd ChildProgram::end() {
  while (read_more()) {
  }
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  if (WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
  return end_;
}

ProgramEnd run_program(std::vector<std::string> words) {
  return ChildProgram(std::move(words)).end();
}

}  // namespace poolproof::subjects
