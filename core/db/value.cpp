#include <poolproof/core/db/value.h>

#include <algorithm>
#include <array>
#include <charconv>

#include <poolproof/core/db/timestamp.h>

namespace poolproof {
namespace {

std::string print_real(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string print_text(const std::string& value) {
  std::string quoted = "'";
  for (const char c : value)
    quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

std::string print_blob(const Blob& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex = "x'";
  for (const std::byte b : value) {
    hex += digits[std::to_integer<std::size_t>(b >> 4)];
    hex += digits[std::to_integer<std::size_t>(b & std::byte{15})];
  }
  return hex + "'";
}

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  if (text == "NaN" || text == "Infinity" || text == "-Infinity") return Decimal(text);
  std::string_view digits = text;
  if (digits.starts_with('-')) digits.remove_prefix(1);
  const auto points = std::count(digits.begin(), digits.end(), '.');
  const auto is_part = [](char c) { return c == '.' || (c >= '0' && c <= '9'); };
  if (points > 1 || digits.size() == static_cast<std::size_t>(points)) return std::nullopt;
  if (!std::all_of(digits.begin(), digits.end(), is_part)) return std::nullopt;
  return Decimal(text);
}

Value::Value(const Value&) = default;
Value::Value(Value&&) noexcept = default;
Value& Value::operator=(const Value&) = default;
Value& Value::operator=(Value&&) noexcept = default;
Value::~Value() = default;

std::string_view to_string(ValueKind kind) noexcept {
  switch (kind) {
    case ValueKind::null:
      return "null";
    case ValueKind::boolean:
      return "boolean";
    case ValueKind::integer:
      return "integer";
    case ValueKind::real:
      return "real";
    case ValueKind::text:
      return "text";
    case ValueKind::blob:
      return "blob";
    case ValueKind::timestamp:
      return "timestamp";
    case ValueKind::decimal:
      return "decimal";
  }
  return "unknown";
}

std::string to_string(const Value& value) {
  if (const auto* boolean = value.get_if<bool>()) return *boolean ? "true" : "false";
  if (const auto* integer = value.get_if<std::int64_t>()) return std::to_string(*integer);
  if (const auto* real = value.get_if<double>()) return print_real(*real);
  if (const auto* text = value.get_if<std::string>()) return print_text(*text);
  if (const auto* blob = value.get_if<Blob>()) return print_blob(*blob);
  if (const auto* timestamp = value.get_if<Timestamp>()) return to_string(*timestamp);
  if (const auto* decimal = value.get_if<Decimal>()) return decimal->text();
  return "NULL";
}

}  // namespace poolproof
