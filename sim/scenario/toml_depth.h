#pragma once
// A bound on how deep a TOML file nests, checked before the file is read: tables are destroyed by
// recursion, and a line of ten thousand dots would exhaust the stack. Private to sim/scenario.

#include <cstdint>
#include <optional>
#include <string_view>

namespace poolproof::sim {

constexpr std::uint32_t toml_brackets_max = 8;       ///< brackets open at one place
constexpr std::uint32_t toml_dots_per_line_max = 8;  ///< outside strings and comments

/// The number of the first line that goes beyond a bound; nothing when none does.
std::optional<std::uint32_t> first_deep_line(std::string_view toml) noexcept;

}  // namespace poolproof::sim
