#pragma once
// Where a command writes, and what its end tells the shell.

#include <ostream>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

enum class ExitCode : int {
  held = 0,
  broken = 1,       ///< a law was broken
  bad_input = 2,    ///< or bad usage
  ended_early = 3,  ///< an interrupt came first, and no law was broken until then
};

/// Results go to `out`, everything else to `err`.
struct Console {
  std::ostream& out;
  std::ostream& err;
  const Clock& clock;        ///< for rates and the time left
  bool is_terminal = false;  ///< whether `err` is one, so that a line on it can be rewritten
  std::size_t width = 100;   ///< of `out`, in bytes, for what is broken into lines
};

/// Says so in one sentence.
inline ExitCode refuse(Console& console, const std::string& sentence) {
  console.out.flush();
  console.err << "poolproof: " << sentence << "\n";
  return ExitCode::bad_input;
}

}  // namespace poolproof::sim
