#pragma once
// Steps over what is quoted in a statement: strings, names, dollar quotes, comments.

#include <cstddef>
#include <string_view>

namespace poolproof::postgres {

constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// The length of the quotation or comment that begins at the front of `sql`; up to the end where
/// it is not closed; 0 where none begins. Strings are taken to be standard_conforming.
std::size_t quoted_length(std::string_view sql) noexcept;

/// The highest n of all placeholders $n outside of quotations and comments; 0: there is none.
std::size_t count_placeholders(std::string_view sql) noexcept;

}  // namespace poolproof::postgres
