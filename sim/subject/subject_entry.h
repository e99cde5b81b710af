#pragma once
// A pool that can be judged by its name.

#include <functional>
#include <memory>
#include <string>

#include <poolproof/core/pool/std_platform.h>
#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/subject/environment.h>
#include <poolproof/sim/subject/subject.h>
#include <poolproof/sim/subject/subject_adapter.h>

namespace poolproof::sim {

struct SubjectEntry {
  std::string name;
  std::string about;  ///< one sentence
  Capabilities capabilities;
  /// How to build one inside an engine; empty for pools that are not templated on Platform.
  std::function<std::unique_ptr<Subject>(const Environment<SimPlatform>&)> simulated;
  /// How to build one on real threads; empty for pools written for SimPlatform alone.
  std::function<std::unique_ptr<Subject>(const Environment<StdPlatform>&)> real;
  /// The simulated one is code that knows nothing of an engine, run as it is (docs/as-it-is.md).
  bool is_as_is = false;
  /// Instead of a pool: the main function of a program, run as it is. Nothing but how its
  /// executions end is judged.
  std::function<void()> program{};
  /// Called first in each process that a search forks for it.
  std::function<void()> enter_process{};
};

/// What `real` builds, to be run inside an engine as well where the program can (task_host()).
SubjectEntry as_is_subject(SubjectEntry entry);

/// An entry for a subject that is written for SimPlatform.
template <class S>
SubjectEntry simulated_subject(std::string name, std::string about) {
  return {
      .name = std::move(name),
      .about = std::move(about),
      .capabilities = capabilities_of<S>(),
      .simulated = [](const Environment<SimPlatform>& environment) -> std::unique_ptr<Subject> {
        return std::make_unique<SubjectAdapter<S, SimPlatform>>(environment);
      },
      .real = {}};
}

/// An entry for a subject that is templated on Platform: judged in the simulator and on real
/// threads.
template <template <class> class S>
SubjectEntry templated_subject(std::string name, std::string about) {
  SubjectEntry entry = simulated_subject<S<SimPlatform>>(std::move(name), std::move(about));
  entry.real = [](const Environment<StdPlatform>& environment) -> std::unique_ptr<Subject> {
    return std::make_unique<SubjectAdapter<S<StdPlatform>, StdPlatform>>(environment);
  };
  return entry;
}

/// An entry for a subject that is written for StdPlatform, and whose pool uses threads, locks and
/// clocks of the system.
template <class S>
SubjectEntry as_is_subject(std::string name, std::string about) {
  return as_is_subject(
      {.name = std::move(name),
       .about = std::move(about),
       .capabilities = capabilities_of<S>(),
       .simulated = {},
       .real = [](const Environment<StdPlatform>& environment) -> std::unique_ptr<Subject> {
         return std::make_unique<SubjectAdapter<S, StdPlatform>>(environment);
       }});
}

}  // namespace poolproof::sim
