#pragma once
// SQL in the caller's own words, taken apart as far as needed to find its placeholders, and to
// know that it cannot reach beyond its place in a statement. What is a quote or a comment follows
// the lexical rules of each database's manual, as sql_tokens.h has them; PostgreSQL with
// standard_conforming_strings on, its default since 9.1.

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <poolproof/core/db/dialect.h>

namespace poolproof {

/// Text to be copied, or a placeholder in the place of one.
struct FragmentPart {
  std::string_view text;        ///< of the fragment; empty for a placeholder
  std::size_t placeholder = 0;  ///< N of $N, counted from 1; 0 for text

  friend bool operator==(const FragmentPart&, const FragmentPart&) = default;
};

/// The highest N of a $N: PostgreSQL counts parameters in 16 bits.
constexpr std::size_t placeholders_max = 65'535;

/// The parts of `text` in order. $N is a placeholder in every dialect, outside of quotes, comments
/// and words. Errors, as sentences that go behind "the fragment ...": what is empty, has a NUL
/// byte or a semicolon, does not end a quote, a comment or a parenthesis or ends one that it has
/// not begun; a parameter in another spelling than $N; what MySQL reads differently from one
/// setting or version to the next (a backslash in quotes, a comment that it runs).
std::expected<std::vector<FragmentPart>, std::string> read_fragment(Dialect dialect,
                                                                    std::string_view text);

}  // namespace poolproof
