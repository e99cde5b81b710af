#include <poolproof/sim/cli/terminal_width.h>

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include <poolproof/sim/report/words.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t width_min = 60;
constexpr std::size_t width_max = 200;

}  // namespace

std::size_t terminal_width(int descriptor) {
  if (::isatty(descriptor) != 1) return report_width;
  winsize window{};
  if (::ioctl(descriptor, TIOCGWINSZ, &window) != 0) window.ws_col = 0;
  return width_of(std::getenv("COLUMNS"), window.ws_col);
}

std::size_t width_of(const char* columns, std::size_t window) noexcept {
  std::size_t width = window;
  const std::string_view digits = columns == nullptr ? "" : columns;
  std::size_t asked = 0;
  const auto [stopped_at, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), asked);
  if (error == std::errc() && stopped_at == digits.data() + digits.size() && asked != 0)
    width = asked;
  return width == 0 ? report_width : std::clamp(width, width_min, width_max);
}

}  // namespace poolproof::sim
