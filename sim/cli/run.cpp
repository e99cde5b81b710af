#include <poolproof/sim/cli/run.h>

#include <poll.h>
#include <unistd.h>

#include <exception>
#include <iostream>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>
#include <poolproof/sim/cli/command_line.h>
#include <poolproof/sim/cli/commands.h>
#include <poolproof/sim/cli/program_command.h>
#include <poolproof/sim/cli/terminal_width.h>
#include <poolproof/sim/cli/token.h>
#include <poolproof/sim/engine/task_host.h>
#include <poolproof/sim/report/program_name.h>

namespace poolproof::sim {
namespace {

/// Does what a command line asks for.
struct Dispatch {
  std::span<const SubjectEntry> subjects;
  Console& console;

  ExitCode operator()(ExitCode said) const { return said; }
  ExitCode operator()(const ListOptions& options) const {
    return run_list(subjects, options, console);
  }
  ExitCode operator()(const CheckOptions& options) const {
    return run_check(subjects, options, console);
  }
  ExitCode operator()(const ReplayOptions& options) const {
    return run_replay(subjects, options, console);
  }
  ExitCode operator()(const VerifyOptions& options) const { return run_verify(options, console); }
  ExitCode operator()(const DetectOptions& options) const {
    return run_detect(subjects, options, console);
  }
  ExitCode operator()(const BenchOptions& options) const {
    return run_bench(subjects, options, console);
  }
  ExitCode operator()(const NewOptions& options) const { return run_new(options, console); }
  ExitCode operator()(const ProgramOptions& options) const {
    return start_program(options, console);
  }
};

/// As after `| head -3`: whoever wanted to read has read enough.
bool is_reader_gone() {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace

ExitCode run(std::span<const SubjectEntry> subjects, int argc, const char* const* argv,
             Console& console) {
  for (const SubjectEntry& subject : subjects) {
    if (is_subject_name(subject.name)) continue;
    return refuse(
        console, fmt::format("subject {}: a name is 1 to 64 of a-z, A-Z, 0-9, \"-\", \"_\", \".\"",
                             mocks::quotation(subject.name)));
  }
  if (subjects.empty()) return refuse(console, "there is no subject: this program has no pools");
  return std::visit(Dispatch{subjects, console}, read_command_line(argc, argv, console));
}

int run(std::span<const SubjectEntry> subjects, int argc, char** argv) {
  if (TaskHost* host = task_host()) host->harness_begins();
  if (argc > 0 && argv[0][0] != '\0') set_program_name(argv[0]);
  const SteadyClock clock;
  Console console{.out = std::cout,
                  .err = std::cerr,
                  .clock = clock,
                  .is_terminal = ::isatty(STDERR_FILENO) == 1,
                  .width = terminal_width(STDOUT_FILENO)};
  const ExitCode code = run(subjects, argc, argv, console);
  if (TaskHost* host = task_host()) host->harness_ends();
  std::cout.flush();
  if (std::cout || is_reader_gone()) return static_cast<int>(code);
  return static_cast<int>(refuse(console, "standard output cannot be written"));
}

}  // namespace poolproof::sim
