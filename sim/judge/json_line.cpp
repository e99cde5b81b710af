#include <poolproof/sim/judge/json_line.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <fmt/format.h>

namespace poolproof::sim {

namespace {

using nlohmann::json;

/// How many bytes follow the first one of a UTF-8 sequence, and the least code point of that
/// length.
struct Utf8Form {
  std::size_t following = 0;
  std::uint32_t bits = 0;
  std::uint32_t least = 0;
};

bool read_form(unsigned char first, Utf8Form& form) {
  if (first < 0x80)
    form = {0, first, 0};
  else if ((first & 0xe0U) == 0xc0)
    form = {1, first & 0x1fU, 0x80};
  else if ((first & 0xf0U) == 0xe0)
    form = {2, first & 0x0fU, 0x800};
  else if ((first & 0xf8U) == 0xf0)
    form = {3, first & 0x07U, 0x10000};
  else
    return false;
  return true;
}

/// The index of the first byte that is not UTF-8, or text.size().
std::size_t end_of_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    Utf8Form form;
    if (!read_form(static_cast<unsigned char>(text[i]), form)) return i;
    if (form.following >= text.size() - i) return i;
    std::uint32_t code = form.bits;
    for (std::size_t k = 1; k <= form.following; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xc0U) != 0x80) return i;
      code = code << 6U | (byte & 0x3fU);
    }
    const bool is_surrogate = code >= 0xd800 && code < 0xe000;
    if (code < form.least || code > 0x10ffff || is_surrogate) return i;
    i += form.following + 1;
  }
  return i;
}

/// How deeply brackets nest outside of strings.
std::size_t depth_of(std::string_view text) {
  std::size_t depth = 0, deepest = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string && c == '\\')
      ++i;
    else if (c == '"')
      is_in_string = !is_in_string;
    else if (!is_in_string && (c == '{' || c == '['))
      deepest = std::max(deepest, ++depth);
    else if (!is_in_string && (c == '}' || c == ']') && depth > 0)
      --depth;
  }
  return deepest;
}

/// Notes a key that an object has twice: the library would silently keep the last.
class KeyWatch {
 public:
  bool operator()(int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key) note(parsed.get<std::string>());
    return true;
  }
  [[nodiscard]] const std::string& twice() const { return twice_; }

 private:
  void note(const std::string& key) {
    auto& keys = open_.back();
    if (std::ranges::find(keys, key) != keys.end()) twice_ = key;
    keys.push_back(key);
  }

  std::vector<std::vector<std::string>> open_;
  std::string twice_;
};

std::expected<json, std::string> parse_checked(std::string_view text) {
  KeyWatch watch;
  try {
    json value = json::parse(text, std::ref(watch));
    if (!value.is_object()) return std::unexpected("must be a JSON object, not " + shown(value));
    if (!watch.twice().empty()) {
      return std::unexpected(fmt::format("field {}: given twice", shown(watch.twice())));
    }
    return value;
  } catch (const json::parse_error& error) {
    if (error.byte > text.size()) return std::unexpected("ends in the middle of a value");
    return std::unexpected(fmt::format("column {}: not JSON", error.byte));
  } catch (const json::out_of_range&) {
    return std::unexpected("a number is too large");
  }
}

}  // namespace

std::expected<json, std::string> parse_json_line(std::string_view text) {
  constexpr std::size_t depth_max = 4;
  const std::size_t valid = end_of_utf8(text);
  if (valid != text.size()) {
    return std::unexpected(fmt::format("not UTF-8 at byte {}", valid + 1));
  }
  if (depth_of(text) > depth_max) {
    return std::unexpected(fmt::format("nested deeper than {} levels", depth_max));
  }
  return parse_checked(text);
}

std::string shown(const json& value) {
  constexpr std::size_t length_max = 40;
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > length_max) text = text.substr(0, length_max) + "...";
  return text;
}

}  // namespace poolproof::sim
