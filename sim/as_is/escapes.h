#pragma once
// What would get past the engine: found before the first execution, in what the loaded modules
// import and in where those imports lead.

#include <string>
#include <vector>

#include <poolproof/sim/as_is/modules.h>

namespace poolproof::sim::as_is {

struct Escape {
  std::string module;
  std::string function;
  std::string why;
  bool is_harmless = false;  ///< worth a word in the report, and no reason not to begin

  /// One sentence.
  [[nodiscard]] std::string sentence() const;
};

/// In order of module and function. Of the program and all libraries but the C library, this one
/// and what only this one needs.
std::vector<Escape> find_escapes(const std::vector<Module>& modules);

}  // namespace poolproof::sim::as_is
