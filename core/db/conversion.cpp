#include <poolproof/core/db/conversion.h>

#include <charconv>
#include <cmath>
#include <string_view>

#include <poolproof/core/db/timestamp.h>

namespace poolproof {
namespace {

constexpr std::string_view wrong_kind = "it is of another kind";
constexpr std::string_view inexact = "that would not be exact";

std::unexpected<DbError> refused(const Value& value, std::string_view wanted,
                                 std::string_view because) {
  return std::unexpected(conversion_error(value, wanted, because));
}

/// The whole number that `real` is.
std::optional<std::int64_t> whole(double real) noexcept {
  // 2^63 is a double, the largest integer is not.
  if (!(real >= -0x1p63 && real < 0x1p63) || real != std::floor(real)) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

/// The whole number that `decimal` is: digits, and behind the point zeros only.
std::optional<std::int64_t> whole(const Decimal& decimal) noexcept {
  std::string_view text = decimal.text();
  if (const auto point = text.find('.'); point != std::string_view::npos) {
    if (text.find_first_not_of('0', point + 1) != std::string_view::npos) return std::nullopt;
    text = text.substr(0, point);
  }
  if (text.empty() || text == "-") return 0;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

/// `text` without what does not change the number.
std::string canonical(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const auto point = text.find('.');
  std::string_view before = text.substr(0, point);
  std::string_view behind = point == std::string_view::npos ? "" : text.substr(point + 1);
  while (before.starts_with('0'))
    before.remove_prefix(1);
  while (behind.ends_with('0'))
    behind.remove_suffix(1);
  if (before.empty() && behind.empty()) return "0";
  return std::string(is_negative ? "-" : "").append(before).append(".").append(behind);
}

/// The double that is exactly `decimal`: printed with all the digits it has, it is the same.
std::optional<double> exact_real(const Decimal& decimal) {
  const std::string& text = decimal.text();
  double real = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), real);
  if (read.ec != std::errc()) return std::nullopt;
  if (!std::isfinite(real)) return real;
  std::string digits(1500, '\0');  // The smallest double has 1,074 digits behind the point.
  const auto print = std::to_chars(digits.data(), digits.data() + digits.size(), real,
                                   std::chars_format::fixed, 1074);
  digits.resize(static_cast<std::size_t>(print.ptr - digits.data()));
  if (canonical(digits) != canonical(text)) return std::nullopt;
  return real;
}

std::expected<double, DbError> read_real(const Value& value, std::string_view wanted) {
  if (const auto* real = value.get_if<double>()) return *real;
  std::optional<double> number;
  if (const auto* integer = value.get_if<std::int64_t>()) {
    const auto real = static_cast<double>(*integer);
    if (whole(real) == *integer) number = real;
  } else if (const auto* decimal = value.get_if<Decimal>()) {
    number = exact_real(*decimal);
  } else {
    return refused(value, wanted, wrong_kind);
  }
  if (!number) return refused(value, wanted, inexact);
  return *number;
}

}  // namespace

DbError conversion_error(const Value& value, std::string_view wanted, std::string_view because) {
  std::string message = "a";
  if (value.kind() == ValueKind::integer) message += "n";
  message.append(" ").append(to_string(value.kind())).append(" cannot be read as ");
  message.append(wanted);
  if (!value.is_null()) message.append(": ").append(because);
  return {DbErrorKind::conversion, std::move(message)};
}

std::expected<bool, DbError> convert_to_bool(const Value& value) {
  if (const auto* boolean = value.get_if<bool>()) return *boolean;
  const auto* integer = value.get_if<std::int64_t>();
  if (integer == nullptr) return refused(value, "bool", wrong_kind);
  if (*integer != 0 && *integer != 1) return refused(value, "bool", "it is neither 0 nor 1");
  return *integer == 1;
}

std::expected<std::int64_t, DbError> convert_to_integer(const Value& value) {
  constexpr std::string_view wanted = "integer";
  if (const auto* integer = value.get_if<std::int64_t>()) return *integer;
  if (const auto* boolean = value.get_if<bool>()) return *boolean ? 1 : 0;
  std::optional<std::int64_t> number;
  if (const auto* real = value.get_if<double>()) {
    number = whole(*real);
  } else if (const auto* decimal = value.get_if<Decimal>()) {
    number = whole(*decimal);
  } else {
    return refused(value, wanted, wrong_kind);
  }
  if (!number) return refused(value, wanted, "it is no whole number within 64 bits");
  return *number;
}

std::expected<double, DbError> convert_to_real(const Value& value) {
  return read_real(value, "double");
}

std::expected<float, DbError> convert_to_float(const Value& value) {
  constexpr std::string_view wanted = "float";
  const auto wide = read_real(value, wanted);
  if (!wide) return std::unexpected(wide.error());
  const auto narrow = static_cast<float>(*wide);
  if (std::isnan(*wide) || static_cast<double>(narrow) == *wide) return narrow;
  return refused(value, wanted, inexact);
}

std::expected<std::string, DbError> convert_to_text(const Value& value) {
  if (const auto* text = value.get_if<std::string>()) return *text;
  if (const auto* decimal = value.get_if<Decimal>()) return decimal->text();
  return refused(value, "text", wrong_kind);
}

std::expected<Blob, DbError> convert_to_blob(const Value& value) {
  if (const auto* blob = value.get_if<Blob>()) return *blob;
  return refused(value, "blob", wrong_kind);
}

std::expected<Timestamp, DbError> convert_to_timestamp(const Value& value) {
  constexpr std::string_view wanted = "timestamp";
  if (const auto* timestamp = value.get_if<Timestamp>()) return *timestamp;
  const auto* text = value.get_if<std::string>();
  if (text == nullptr) return refused(value, wanted, wrong_kind);
  const auto parsed = parse_timestamp(*text);
  if (!parsed) return refused(value, wanted, "it is no date and time");
  return *parsed;
}

std::expected<Decimal, DbError> convert_to_decimal(const Value& value) {
  constexpr std::string_view wanted = "decimal";
  if (const auto* decimal = value.get_if<Decimal>()) return *decimal;
  if (const auto* integer = value.get_if<std::int64_t>())
    return *Decimal::parse(std::to_string(*integer));
  const auto* text = value.get_if<std::string>();
  if (text == nullptr) return refused(value, wanted, wrong_kind);
  const auto parsed = Decimal::parse(*text);
  if (!parsed) return refused(value, wanted, "it is no number in digits");
  return *parsed;
}

}  // namespace poolproof
