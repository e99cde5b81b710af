#pragma once
// The beginning of a text of UTF-8, in whole characters. Not installed.

#include <cstddef>
#include <string_view>

namespace poolproof {

/// At most the first `bytes_max` bytes, fewer where they would end within a character.
constexpr std::string_view utf8_prefix(std::string_view text, std::size_t bytes_max) noexcept {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (text[end] & 0xc0) == 0x80)
    --end;
  return text.substr(0, end);
}

}  // namespace poolproof
