#include <poolproof/sim/scenario/toml_depth.h>

#include <algorithm>
#include <cstddef>

namespace poolproof::sim {
namespace {

/// The length of the string that starts at the beginning of `text`, quotes included.
std::size_t string_length(std::string_view text) noexcept {
  const char quote = text[0];
  const bool is_multiline = text.size() >= 3 && text[1] == quote && text[2] == quote;
  std::size_t at = is_multiline ? 3 : 1;
  for (; at < text.size(); ++at) {
    if (!is_multiline && text[at] == '\n') return at;
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (!is_multiline && text[at] == quote) {
      return at + 1;
    } else if (is_multiline && text.substr(at, 3) == text.substr(0, 3)) {
      return at + 3;
    }
  }
  return text.size();
}

}  // namespace

std::optional<std::uint32_t> first_deep_line(std::string_view toml) noexcept {
  std::uint32_t line = 1;
  std::uint32_t dots = 0;
  std::uint32_t brackets = 0;
  while (!toml.empty()) {
    std::size_t length = 1;
    switch (toml.front()) {
      case '"':
      case '\'':
        length = string_length(toml);
        line += static_cast<std::uint32_t>(std::ranges::count(toml.substr(0, length), '\n'));
        break;
      case '#':
        length = std::min(toml.find('\n'), toml.size());
        break;
      case '\n':
        ++line, dots = 0;
        break;
      case '.':
        ++dots;
        break;
      case '[':
      case '{':
        ++brackets;
        break;
      case ']':
      case '}':
        brackets -= brackets != 0 ? 1 : 0;
        break;
      default:
        break;
    }
    if (dots > toml_dots_per_line_max || brackets > toml_brackets_max) return line;
    toml.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace poolproof::sim
