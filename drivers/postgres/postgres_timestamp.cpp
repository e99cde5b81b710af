#include <poolproof/drivers/postgres/postgres_timestamp.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace poolproof::postgres {
namespace {

constexpr std::int64_t microseconds_per_second = 1'000'000;
/// From 1970 to 2000.
constexpr std::int64_t epoch_shift = 10'957LL * 86'400 * microseconds_per_second;
/// 4714-11-24 BC 00:00:00, the earliest that a server takes.
constexpr std::int64_t earliest = -211'813'488'000'000'000;

/// Takes a text apart from its front.
class FrontReader {
 public:
  explicit FrontReader(std::string_view text) noexcept : text_(text) {}

  bool take(char c) noexcept {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// All digits that follow; `digits` is how many there were.
  std::optional<std::int64_t> take_number(std::size_t digits_max = 6) noexcept {
    std::int64_t number = 0;
    const auto end =
        std::find_if(text_.begin(), text_.end(), [](char c) { return c < '0' || c > '9'; });
    digits_ = static_cast<std::size_t>(end - text_.begin());
    if (digits_ == 0 || digits_ > digits_max) return std::nullopt;
    std::from_chars(text_.data(), text_.data() + digits_, number);
    text_.remove_prefix(digits_);
    return number;
  }
  [[nodiscard]] std::size_t digits() const noexcept { return digits_; }
  [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }

 private:
  std::string_view text_;
  std::size_t digits_ = 0;
};

/// Days since 1970. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
constexpr std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}
static_assert(days_from_civil(2000, 1, 1) == 10'957);

std::optional<std::int64_t> take_days(FrontReader& text, bool is_before_christ) noexcept {
  const auto year = text.take_number();
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.take_number();
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.take_number();
  if (!day || *month < 1 || *month > 12) return std::nullopt;
  return days_from_civil(is_before_christ ? 1 - *year : *year, *month, *day);
}

/// "12:00:00", and ":00" or all but the hours may be missing.
std::optional<std::int64_t> take_seconds(FrontReader& text) noexcept {
  std::int64_t seconds = 0;
  for (std::int64_t unit = 3600; unit > 0; unit /= 60) {
    if (unit < 3600 && !text.take(':')) break;
    const auto number = text.take_number();
    if (!number) return std::nullopt;
    seconds += *number * unit;
  }
  return seconds;
}

std::optional<std::int64_t> take_microseconds(FrontReader& text) noexcept {
  if (!text.take('.')) return 0;
  auto number = text.take_number();
  if (!number) return std::nullopt;
  for (std::size_t digits = text.digits(); digits < 6; ++digits)
    *number *= 10;
  return number;
}

std::optional<std::int64_t> take_zone(FrontReader& text) noexcept {
  const bool is_west = text.take('-');
  if (!is_west && !text.take('+')) return 0;
  const auto seconds = take_seconds(text);
  if (!seconds) return std::nullopt;
  return is_west ? -*seconds : *seconds;
}

}  // namespace

std::optional<std::int64_t> to_postgres_time(Timestamp timestamp) noexcept {
  const std::int64_t since_1970 = timestamp.time_since_epoch().count();
  if (since_1970 < earliest + epoch_shift) return std::nullopt;
  return since_1970 - epoch_shift;
}

std::optional<Timestamp> parse_postgres_timestamp(std::string_view text) noexcept {
  const bool is_before_christ = text.ends_with(" BC");
  if (is_before_christ) text.remove_suffix(3);
  FrontReader reader(text);
  const auto days = take_days(reader, is_before_christ);
  if (!days || !reader.take(' ')) return std::nullopt;
  const auto seconds = take_seconds(reader);
  if (!seconds) return std::nullopt;
  const auto microseconds = take_microseconds(reader);
  if (!microseconds) return std::nullopt;
  const auto zone = take_zone(reader);
  if (!zone || !reader.at_end()) return std::nullopt;
  std::int64_t whole = 0;
  const std::int64_t second = *days * 86'400 + *seconds - *zone;
  if (__builtin_mul_overflow(second, microseconds_per_second, &whole)) return std::nullopt;
  if (__builtin_add_overflow(whole, *microseconds, &whole)) return std::nullopt;
  return Timestamp(std::chrono::microseconds(whole));
}

}  // namespace poolproof::postgres
