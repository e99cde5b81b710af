#pragma once
// Small pieces of text that every report is made of.

#include <cstdint>
#include <string>
#include <string_view>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

/// "1,234,567".
std::string grouped(std::uint64_t number);

/// "1 schedule", "1,234 schedules". `noun` forms its plural with an s.
std::string number_of(std::uint64_t number, std::string_view noun);

/// Per second: "123,456/s", or "-" when no time was measured.
std::string rate(std::uint64_t count, Duration elapsed);

/// Of the lines that people read, in bytes.
constexpr std::size_t report_width = 100;

/// `text` in at most `width` bytes; what is cut off ends in "..".
std::string shortened(std::string_view text, std::size_t width);

/// `text` broken at spaces into lines of at most `width` bytes (a longer word stays whole), each
/// after `indent` spaces and each ended.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width);

/// `word` as a shell reads it back.
std::string shell_word(std::string_view word);

}  // namespace poolproof::sim
