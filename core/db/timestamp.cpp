#include <poolproof/core/db/timestamp.h>

#include <chrono>
#include <cstdint>

namespace poolproof {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t day_us = 86'400'000'000;
constexpr std::int64_t era_days = 146'097;  // The calendar repeats itself every 400 years.

/// A day of the Gregorian calendar, which std::chrono::year ends at the year 32767.
struct Date {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

// The era is done here, the rest of the work by std::chrono in the years 2000 to 2399.
constexpr std::int64_t days_to_2000 = 10'957;

std::int64_t floor_divide(std::int64_t number, std::int64_t by) noexcept {
  return number / by - (number % by < 0 ? 1 : 0);
}

Date date_of(std::int64_t day) noexcept {
  const std::int64_t era = floor_divide(day - days_to_2000, era_days);
  const std::chrono::year_month_day date(
      std::chrono::sys_days(std::chrono::days(day - era * era_days)));
  return {static_cast<int>(date.year()) + era * 400, static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

/// Nothing when the calendar has no such day.
std::optional<std::int64_t> day_of(const Date& date) noexcept {
  const std::int64_t era = floor_divide(date.year - 2000, 400);
  const std::chrono::year year(static_cast<int>(date.year - era * 400));
  const std::chrono::year_month_day within{year, std::chrono::month(date.month),
                                           std::chrono::day(date.day)};
  if (!within.ok()) return std::nullopt;
  return std::chrono::sys_days(within).time_since_epoch().count() + era * era_days;
}

std::string padded(std::uint64_t number, std::size_t digits) {
  std::string text = std::to_string(number);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::string print_year(std::int64_t year) {
  if (year >= 0 && year <= 9999) return padded(static_cast<std::uint64_t>(year), 4);
  return (year < 0 ? "-" : "+") + padded(static_cast<std::uint64_t>(year < 0 ? -year : year), 4);
}

/// Takes the text apart from its front.
class TextReader {
 public:
  explicit TextReader(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return text_.empty(); }
  bool take(char c) noexcept {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  /// Between `digits_min` and `digits_max` digits.
  std::optional<int> take_number(std::size_t digits_min, std::size_t digits_max) noexcept {
    std::size_t length = 0;
    int number = 0;
    while (length < digits_max && length < text_.size() && text_[length] >= '0' &&
           text_[length] <= '9') {
      number = number * 10 + (text_[length] - '0');
      ++length;
    }
    if (length < digits_min) return std::nullopt;
    text_.remove_prefix(length);
    digits_ = length;
    return number;
  }
  /// How many digits the last number had.
  [[nodiscard]] std::size_t digits() const noexcept { return digits_; }

 private:
  std::string_view text_;
  std::size_t digits_ = 0;
};

std::optional<int> take_year(TextReader& text) noexcept {
  const bool is_negative = text.take('-');
  const bool is_signed = is_negative || text.take('+');
  const auto year = text.take_number(4, is_signed ? 6 : 4);
  if (!year) return std::nullopt;
  return is_negative ? -*year : *year;
}

/// Counted from 1970.
std::optional<std::int64_t> take_day(TextReader& text) noexcept {
  const auto year = take_year(text);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.take_number(2, 2);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.take_number(2, 2);
  if (!day) return std::nullopt;
  return day_of({*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day)});
}

std::optional<microseconds> take_fraction(TextReader& text) noexcept {
  if (!text.take('.')) return microseconds(0);
  const auto number = text.take_number(1, 6);
  if (!number) return std::nullopt;
  int scaled = *number;
  for (std::size_t digits = text.digits(); digits < 6; ++digits)
    scaled *= 10;
  return microseconds(scaled);
}

std::optional<microseconds> take_time(TextReader& text) noexcept {
  const auto hour = text.take_number(2, 2);
  if (!hour || *hour > 23 || !text.take(':')) return std::nullopt;
  const auto minute = text.take_number(2, 2);
  if (!minute || *minute > 59 || !text.take(':')) return std::nullopt;
  const auto second = text.take_number(2, 2);
  if (!second || *second > 59) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + *fraction;
}

/// "+02", "+0230", "+02:30", or, for the local times before there were zones, "+00:53:28".
std::optional<microseconds> take_offset(TextReader& text) noexcept {
  if (text.at_end() || text.take('Z')) return microseconds(0);
  const bool is_west = text.take('-');
  if (!is_west && !text.take('+')) return std::nullopt;
  const auto hours = text.take_number(2, 2);
  if (!hours || *hours > 23) return std::nullopt;
  const bool has_colon = text.take(':');
  const auto minutes = has_colon || !text.at_end() ? text.take_number(2, 2) : 0;
  if (!minutes || *minutes > 59) return std::nullopt;
  const auto seconds = has_colon && text.take(':') ? text.take_number(2, 2) : 0;
  if (!seconds || *seconds > 59) return std::nullopt;
  const microseconds east =
      std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds);
  return is_west ? -east : east;
}

/// Nothing beyond what 64 bits hold. `of_day` may reach into the days beside it.
std::optional<Timestamp> timestamp_of(std::int64_t day, microseconds of_day) noexcept {
  const std::int64_t days_more = floor_divide(of_day.count(), day_us);
  day += days_more;
  std::int64_t rest = of_day.count() - days_more * day_us;
  if (day < 0) {  // Counted from its end: the first day of all has no beginning.
    ++day;
    rest -= day_us;
  }
  std::int64_t since_1970 = 0;
  if (__builtin_mul_overflow(day, day_us, &since_1970) ||
      __builtin_add_overflow(since_1970, rest, &since_1970))
    return std::nullopt;
  return Timestamp(microseconds(since_1970));
}

}  // namespace

std::string to_string(Timestamp timestamp) {
  const std::int64_t since_1970 = timestamp.time_since_epoch().count();
  const std::int64_t day = floor_divide(since_1970, day_us);
  const Date date = date_of(day);
  // Not since_1970 - day * day_us, which the first day of all would overflow.
  const std::int64_t of_day = (since_1970 % day_us + day_us) % day_us;
  const std::chrono::hh_mm_ss<microseconds> time{microseconds(of_day)};
  std::string text =
      print_year(date.year) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2);
  text += " " + padded(static_cast<std::uint64_t>(time.hours().count()), 2);
  text += ":" + padded(static_cast<std::uint64_t>(time.minutes().count()), 2);
  text += ":" + padded(static_cast<std::uint64_t>(time.seconds().count()), 2);
  if (time.subseconds().count() != 0) {
    text += "." + padded(static_cast<std::uint64_t>(time.subseconds().count()), 6);
  }
  return text + "Z";
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  TextReader reader(text);
  const auto day = take_day(reader);
  if (!day || (!reader.take(' ') && !reader.take('T'))) return std::nullopt;
  const auto time = take_time(reader);
  if (!time) return std::nullopt;
  const auto offset = take_offset(reader);
  if (!offset || !reader.at_end()) return std::nullopt;
  return timestamp_of(*day, *time - *offset);
}

}  // namespace poolproof
