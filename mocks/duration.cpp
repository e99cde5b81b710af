#include <poolproof/mocks/duration.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <poolproof/mocks/quotation.h>

namespace poolproof::mocks {
namespace {

using Nanoseconds = std::uint64_t;

struct Unit {
  std::string_view name;
  Nanoseconds length;
  std::size_t decimals_max;  // that print_duration may use
};

// Largest first: print_duration takes the first that fits.
constexpr std::array<Unit, 6> units{{{"h", 3'600'000'000'000, 0},
                                     {"min", 60'000'000'000, 0},
                                     {"s", 1'000'000'000, 3},
                                     {"ms", 1'000'000, 3},
                                     {"us", 1'000, 3},
                                     {"ns", 1, 0}}};

constexpr Nanoseconds hundred_years = Nanoseconds{100} * 365 * 24 * 3'600'000'000'000;

bool fits(const Unit& unit, Nanoseconds length) {
  if (length < unit.length) return false;
  Nanoseconds finest = unit.length;
  for (std::size_t i = 0; i < unit.decimals_max; ++i)
    finest /= 10;
  return length % finest == 0;
}

std::string print_in(const Unit& unit, Nanoseconds length) {
  std::string text = std::to_string(length / unit.length);
  Nanoseconds rest = length % unit.length;
  if (rest != 0) text += '.';
  for (Nanoseconds place = unit.length / 10; rest != 0; place /= 10) {
    text += std::to_string(rest / place);
    rest %= place;
  }
  text += unit.name;
  return text;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
}

/// Adds the decimals after the point. False when one of them is worth no whole number of
/// nanoseconds.
bool add_decimals(std::string_view decimals, Nanoseconds unit, Nanoseconds& sum) {
  for (const char digit : decimals) {
    const auto value = static_cast<Nanoseconds>(digit - '0');
    if (value != 0 && unit % 10 != 0) return false;
    unit /= 10;
    sum += value * unit;
  }
  return true;
}

/// `digits` times `unit`; anything beyond 100 years as just that, so that nothing overflows.
Nanoseconds whole(std::string_view digits, Nanoseconds unit) {
  Nanoseconds sum = 0;
  for (const char digit : digits) {
    const auto value = static_cast<Nanoseconds>(digit - '0');
    if (sum > (hundred_years / unit - value) / 10) return hundred_years + 1;
    sum = sum * 10 + value;
  }
  return sum * unit;
}

/// "12.5ms" cut into its parts. Both numbers are digits only; `decimals` is empty without a point.
struct Parts {
  std::string_view digits;
  std::string_view decimals;
  std::string_view unit;
  bool has_point = false;
};

Parts cut(std::string_view text) {
  Parts parts;
  parts.digits = text.substr(0, digits_at(text));
  text.remove_prefix(parts.digits.size());
  if (text.starts_with('.')) {
    parts.has_point = true;
    text.remove_prefix(1);
    parts.decimals = text.substr(0, digits_at(text));
    text.remove_prefix(parts.decimals.size());
  }
  parts.unit = text;
  return parts;
}

std::unexpected<std::string> refusal(std::string_view text, std::string_view rule) {
  return std::unexpected(quotation(text) + ": " + std::string(rule));
}

}  // namespace

std::string print_duration(Duration duration) {
  if (duration == Duration::max()) return "never";
  if (duration == Duration::zero()) return "0s";
  const bool is_negative = duration < Duration::zero();
  const auto count = static_cast<Nanoseconds>(duration.count());
  const Nanoseconds length = is_negative ? Nanoseconds{0} - count : count;
  const auto unit =
      std::ranges::find_if(units, [&](const Unit& candidate) { return fits(candidate, length); });
  return (is_negative ? "-" : "") + print_in(*unit, length);
}

std::expected<Duration, std::string> parse_duration(std::string_view text) {
  if (text == "never" || text == "forever") return Duration::max();
  if (text.starts_with('-')) return refusal(text, "a duration must not be negative");
  const Parts parts = cut(text);
  if (parts.digits.empty() || (parts.has_point && parts.decimals.empty())) {
    return refusal(text, "expected a duration such as 250ms, 1.5s or never");
  }
  const auto unit = std::ranges::find(units, parts.unit, &Unit::name);
  if (unit == units.end()) {
    return refusal(text, "expected a unit after the number: ns, us, ms, s, min or h");
  }
  Nanoseconds length = whole(parts.digits, unit->length);
  if (!add_decimals(parts.decimals, unit->length, length)) {
    return refusal(text, "a duration must be a whole number of nanoseconds");
  }
  if (length > hundred_years) return refusal(text, "a duration must not exceed 100 years");
  return Duration(static_cast<Duration::rep>(length));
}

}  // namespace poolproof::mocks
