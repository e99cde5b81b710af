#pragma once
// Any bytes as letters, digits, '-' and '_' (RFC 4648, section 5, without padding).

#include <expected>
#include <string>
#include <string_view>

namespace poolproof::sim {

std::string to_base64url(std::string_view bytes);

/// Errors: one sentence naming the character. Each text has one reading, and each reading one
/// text: bits that are left over must be 0.
std::expected<std::string, std::string> from_base64url(std::string_view text);

}  // namespace poolproof::sim
