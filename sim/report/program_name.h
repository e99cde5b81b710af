#pragma once
// How the user called this program: commands that are printed begin so.

#include <string>

namespace poolproof::sim {

/// "poolproof" until it is set. Before any thread but the first is started.
const std::string& program_name();
void set_program_name(std::string name);

}  // namespace poolproof::sim
