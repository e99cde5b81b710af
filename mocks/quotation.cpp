#include <poolproof/mocks/quotation.h>

#include <cstddef>

namespace poolproof::mocks {
namespace {

constexpr std::size_t bytes_max = 40;

void append_printable(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  if (byte >= 0x20 && byte < 0x7f) {
    out += static_cast<char>(byte);
    return;
  }
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 15U];
}

}  // namespace

std::string quotation(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text.substr(0, bytes_max)) {
    append_printable(out, static_cast<unsigned char>(byte));
  }
  if (text.size() > bytes_max) out += "...";
  out += '"';
  return out;
}

}  // namespace poolproof::mocks
