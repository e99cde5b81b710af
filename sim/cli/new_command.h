#pragma once
// Begins a project in which a pool of one's own is judged.

#include <string>

#include <poolproof/sim/cli/console.h>

namespace CLI {
class App;
}

namespace poolproof::sim {

struct NewOptions {
  std::string name;       ///< of the folder, the program and the subject
  bool is_as_is = false;  ///< a pool of the system's own mutexes and threads
};

void add_new(CLI::App& app, NewOptions& options);

/// Writes it into a new folder of that name, below the current one.
ExitCode run_new(const NewOptions& options, Console& console);

}  // namespace poolproof::sim
