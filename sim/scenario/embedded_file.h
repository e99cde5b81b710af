#pragma once
// The scenario files inside the binary. cmake/embed.cmake writes the definition when the program
// is built.

#include <span>
#include <string_view>

namespace poolproof::sim {

struct EmbeddedFile {
  std::string_view name;  ///< without its folder, as "hand-off.toml"
  std::string_view text;
};

/// The files of sim/scenario/library/, in the order in which the build lists them.
std::span<const EmbeddedFile> library_files() noexcept;

}  // namespace poolproof::sim
