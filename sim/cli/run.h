#pragma once
// The whole command line, over the pools that a program knows. A program of one's own pool is:
//
//   int main(int argc, char** argv) { return poolproof::sim::run<MySubject>("my-pool", argc,
//   argv); }

#include <span>
#include <string>
#include <utility>

#include <poolproof/sim/cli/console.h>
#include <poolproof/sim/subject/subject_entry.h>

namespace poolproof::sim {

/// The first subject is the default. Returns the exit code (ExitCode).
int run(std::span<const SubjectEntry> subjects, int argc, char** argv);

/// The same, speaking to `console`.
ExitCode run(std::span<const SubjectEntry> subjects, int argc, const char* const* argv,
             Console& console);

/// For a subject that is written for SimPlatform.
template <class S>
int run(std::string name, int argc, char** argv) {
  const SubjectEntry subject = simulated_subject<S>(std::move(name), "a pool of your own");
  return run(std::span(&subject, 1), argc, argv);
}

/// For a subject that is templated on Platform: judged in the simulator and on real threads.
template <template <class> class S>
int run(std::string name, int argc, char** argv) {
  const SubjectEntry subject = templated_subject<S>(std::move(name), "a pool of your own");
  return run(std::span(&subject, 1), argc, argv);
}

/// For a subject that is written for StdPlatform, of a pool that uses threads, locks and clocks of
/// the system: judged as it is, and on real threads. The program must be linked with
/// poolproof::as_is.
template <class S>
int run_as_is(std::string name, int argc, char** argv) {
  const SubjectEntry subject = as_is_subject<S>(std::move(name), "a pool of your own, as it is");
  return run(std::span(&subject, 1), argc, argv);
}

}  // namespace poolproof::sim
