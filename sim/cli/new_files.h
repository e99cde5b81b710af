#pragma once
// What a new project is made of. cmake/embed.cmake writes the definition when the program is
// built.

#include <poolproof/sim/scenario/embedded_file.h>

namespace poolproof::sim {

/// The files of sim/cli/new_project/, and of examples/ the pools.
std::span<const EmbeddedFile> new_files() noexcept;

}  // namespace poolproof::sim
