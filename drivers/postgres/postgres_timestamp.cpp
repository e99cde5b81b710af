#include <poolproof/drivers/postgres/postgres_timestamp.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>

#include <poolproof/core/db/timestamp.h>

namespace poolproof::postgres {
namespace {

constexpr std::int64_t microseconds_per_second = 1'000'000;
/// From 1970 to 2000.
constexpr std::int64_t epoch_shift = 10'957LL * 86'400 * microseconds_per_second;
/// 4714-11-24 BC 00:00:00, the earliest that a server takes.
constexpr std::int64_t earliest = -211'813'488'000'000'000;

/// The year before Christ as parse_timestamp() spells it: 1 BC is the year 0.
std::optional<std::string> spell_year(std::string_view digits) {
  constexpr std::size_t length = 4;
  int year = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), year);
  if (error != std::errc() || end != digits.data() + length || year < 1) return std::nullopt;
  std::string number = std::to_string(year - 1);
  number.insert(0, length - number.size(), '0');
  return "-" + number;
}

}  // namespace

std::optional<std::int64_t> to_postgres_time(Timestamp timestamp) noexcept {
  const std::int64_t since_1970 = timestamp.time_since_epoch().count();
  if (since_1970 < earliest + epoch_shift) return std::nullopt;
  return since_1970 - epoch_shift;
}

std::optional<Timestamp> parse_postgres_timestamp(std::string_view text) {
  constexpr std::string_view mark = " BC";
  const bool is_before_christ = text.ends_with(mark);
  if (is_before_christ) text.remove_suffix(mark.size());
  const std::size_t digits = std::min(text.find('-'), text.size());
  if (is_before_christ) {
    const auto year = spell_year(text.substr(0, digits));
    if (!year) return std::nullopt;
    return parse_timestamp(*year + std::string(text.substr(digits)));
  }
  if (digits > 4) return parse_timestamp("+" + std::string(text));
  return parse_timestamp(text);
}

}  // namespace poolproof::postgres
