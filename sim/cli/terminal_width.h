#pragma once
// How wide the lines may be that people read.

#include <cstddef>

namespace poolproof::sim {

/// Of the terminal that `descriptor` is: what the variable COLUMNS says, or what the terminal says
/// itself; from 60 to 200. Where it is none, as in a pipe or a file, 100, so that the same is the
/// same everywhere.
std::size_t terminal_width(int descriptor);

/// `columns` is the variable's value, or null; `window`, what the terminal says, or 0.
std::size_t width_of(const char* columns, std::size_t window) noexcept;

}  // namespace poolproof::sim
