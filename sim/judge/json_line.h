#pragma once
// One line of a file from anywhere, as a JSON object, or a sentence that says where it went wrong.

#include <expected>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace poolproof::sim {

/// The longest line that is read, in bytes.
constexpr std::size_t json_line_max = 65'536;

/// Errors: "column 12: not JSON", "nested deeper than 4 levels", "not UTF-8 at byte 5", "a number
/// is too large", "ends in the middle of a value", "field \"at\": given twice", "must be a JSON
/// object".
std::expected<nlohmann::json, std::string> parse_json_line(std::string_view text);

/// A value as it stood in the file, shortened.
std::string shown(const nlohmann::json& value);

}  // namespace poolproof::sim
