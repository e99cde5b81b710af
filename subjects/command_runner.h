#pragma once
// The command line, in the test's own process.

#include <sstream>
#include <string>
#include <vector>

#include <poolproof/mocks/manual_clock.h>
#include <poolproof/sim/cli/run.h>

namespace poolproof::subjects {

struct Said {
  sim::ExitCode code{};
  std::string out;
  std::string err;
};

/// What the command line says to `words`. Its clock stands still, so that no rate is in its
/// output.
inline Said run_command(std::span<const sim::SubjectEntry> subjects,
                        const std::vector<std::string>& words) {
  std::vector<const char*> arguments{"poolproof"};
  for (const std::string& word : words)
    arguments.push_back(word.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const mocks::ManualClock clock;
  sim::Console console{.out = out, .err = err, .clock = clock};
  const sim::ExitCode code =
      sim::run(subjects, static_cast<int>(arguments.size()), arguments.data(), console);
  return {code, out.str(), err.str()};
}

}  // namespace poolproof::subjects
