#include <poolproof/sim/cli/base64url.h>

#include <cstdint>

#include <fmt/format.h>

#include <poolproof/mocks/quotation.h>

namespace poolproof::sim {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string to_base64url(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char byte : bytes) {
    bits = (bits << 8U) | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6; count -= 6)
      text += alphabet[(bits >> (count - 6)) & 63U];
  }
  if (count > 0) text += alphabet[(bits << (6 - count)) & 63U];
  return text;
}

std::expected<std::string, std::string> from_base64url(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = alphabet.find(text[i]);
    if (digit == std::string_view::npos) {
      return std::unexpected(
          fmt::format("character {}: {}: expected a letter, a digit, \"-\" or \"_\"", i + 1,
                      mocks::quotation(text.substr(i, 1))));
    }
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>((bits >> count) & 255U);
  }
  if (count >= 6 || (bits & ((1U << count) - 1)) != 0) {
    return std::unexpected(
        fmt::format("character {}: the end: expected whole bytes", text.size() + 1));
  }
  return bytes;
}

}  // namespace poolproof::sim
