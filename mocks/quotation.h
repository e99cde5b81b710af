#pragma once
// How error sentences show a piece of somebody's input.

#include <string>
#include <string_view>

namespace poolproof::mocks {

/// `text` between quotation marks, fit for one line: bytes outside printable ASCII become "\x1b",
/// and what is longer than 40 bytes ends in "...".
std::string quotation(std::string_view text);

}  // namespace poolproof::mocks
