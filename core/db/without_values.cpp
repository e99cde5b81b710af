#include <poolproof/core/db/without_values.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <poolproof/core/db/timestamp.h>
#include <poolproof/core/db/utf8_prefix.h>

namespace poolproof {
namespace {

constexpr std::string_view stars = "***";
constexpr std::size_t short_bytes_max = 3;

char small(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string all_small(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), small);
  return result;
}

bool is_decimal_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool belongs_to_word(char c) noexcept {
  return (small(c) >= 'a' && small(c) <= 'z') || is_decimal_digit(c) || c == '_' ||
         (c & 0x80) != 0;
}

/// What PostgreSQL keeps of a name that is too long: whole characters. Source:
/// truncate_identifier.
std::string_view cut_off(std::string_view text) noexcept {
  constexpr std::size_t bytes_max = 63;
  return utf8_prefix(text, bytes_max);
}

std::size_t count_digits(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::ranges::find_if_not(text, is_decimal_digit) - text.begin());
}

/// Of the number without a sign at the front of `text`, or 0.
std::size_t length_of_number(std::string_view text) noexcept {
  std::size_t length = count_digits(text);
  if (length == 0) return 0;
  if (text.substr(length).starts_with('.'))
    if (const std::size_t more = count_digits(text.substr(length + 1)); more > 0)
      length += 1 + more;
  const std::string_view rest = text.substr(length);
  if (!rest.starts_with('e') && !rest.starts_with('E')) return length;
  const std::size_t sign = rest.substr(1).starts_with('+') || rest.substr(1).starts_with('-');
  const std::size_t exponent = count_digits(rest.substr(1 + sign));
  return exponent == 0 ? length : length + 1 + sign + exponent;
}

/// The same text for all ways to write a number, which has no sign: 5e2 for 500, 0500 and 5.0e2.
std::string canonical(std::string_view number) {
  const std::string_view mantissa = number.substr(0, number.find_first_of("eE"));
  std::string_view exponent = number.substr(std::min(mantissa.size() + 1, number.size()));
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  long power = 0;
  std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa);
  if (point < digits.size()) {
    power -= static_cast<long>(digits.size() - point - 1);
    digits.erase(point, 1);
  }
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return "0";
  const std::size_t kept = digits.find_last_not_of('0') + 1;
  power += static_cast<long>(digits.size() - kept);
  return digits.substr(0, kept) + "e" + std::to_string(power);
}

std::string hexadecimal(const Blob& blob) {
  const std::string printed = to_string(Value(blob));  // x'00ff'
  return printed.substr(2, printed.size() - 3);
}

class Secrets {
 public:
  /// What is longer than `bytes_max` can stand in no message.
  Secrets(std::span<const Value> parameters, std::size_t bytes_max)
      : count_(parameters.size()), bytes_max_(bytes_max) {
    for (const Value& parameter : parameters)
      add(parameter);
    std::ranges::sort(texts_, std::ranges::greater(),
                      &std::string::size);  // One may hold another.
  }

  void hide_in(std::string& message) const {
    std::string lower = all_small(message);
    for (const std::string& text : texts_)
      hide(message, lower, text);
    if (!numbers_.empty()) hide_numbers(message);
  }

 private:
  void add(const Value& parameter) {
    if (const auto* const text = parameter.get_if<std::string>()) {
      add_text(*text);
      add_text(cut_off(*text));
      add_number(*text);
    } else if (const auto* const blob = parameter.get_if<Blob>()) {
      if (blob->size() > bytes_max_) return;
      std::string bytes;
      for (const std::byte byte : *blob)
        bytes += static_cast<char>(byte);
      add_text(bytes);
      add_text(hexadecimal(*blob));
    } else if (const auto* const timestamp = parameter.get_if<Timestamp>()) {
      add_timestamp(*timestamp);
    } else if (parameter.kind() != ValueKind::null && parameter.kind() != ValueKind::boolean) {
      add_number(to_string(parameter));
    }
  }

  void add_text(std::string_view text) {
    if (!text.empty() && text.size() <= bytes_max_) texts_.push_back(all_small(text));
  }

  void add_number(std::string_view text) {
    if (text.size() > bytes_max_) return;
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    std::string whole = text.starts_with('.') ? "0" : "";
    whole += text;
    if (whole.ends_with('.')) whole.pop_back();
    if (!whole.empty() && length_of_number(whole) == whole.size())
      numbers_.insert(canonical(whole));
  }

  /// "2026-01-31 12:00:00.000001Z" is written with another number of digits elsewhere.
  void add_timestamp(Timestamp timestamp) {
    const std::string printed = to_string(timestamp);
    const std::size_t space = printed.find(' ');
    std::string time = printed.substr(space + 1, printed.size() - space - 2);
    add_text(std::string_view(printed).substr(0, space));
    add_text(std::string_view(time).substr(0, time.find('.')));
    if (time.find('.') != std::string::npos) time.erase(time.find_last_not_of('0') + 1);
    add_text(time);
  }

  /// `lower` is `message` in small letters, and remains so.
  static void hide(std::string& message, std::string& lower, const std::string& secret) {
    const bool is_short = secret.size() <= short_bytes_max;
    for (std::size_t at = 0; (at = lower.find(secret, at)) != std::string::npos;) {
      if (is_short && is_in_word(lower, at, secret.size())) {
        ++at;
        continue;
      }
      message.replace(at, secret.size(), stars);
      lower.replace(at, secret.size(), stars);
      at += stars.size();
    }
  }

  void hide_numbers(std::string& message) const {
    for (std::size_t at = 0; at < message.size();) {
      const std::string_view rest = std::string_view(message).substr(at);
      const std::size_t digits = count_digits(rest);
      if (digits == 0) {
        ++at;
      } else if (names_a_parameter(message, at, digits)) {
        at += digits;
      } else if (const std::size_t whole = length_of_number(rest); is_secret(message, at, whole)) {
        message.replace(at, whole, stars);
        at += stars.size();
      } else if (is_secret(message, at, digits)) {  // "12" in "12.30", which may be two numbers.
        message.replace(at, digits, stars);
        at += stars.size();
      } else {
        at += digits;
      }
    }
  }

  [[nodiscard]] bool is_secret(const std::string& message, std::size_t at,
                               std::size_t length) const {
    if (length <= short_bytes_max && is_in_word(message, at, length)) return false;
    return numbers_.contains(canonical(std::string_view(message).substr(at, length)));
  }

  [[nodiscard]] bool names_a_parameter(const std::string& message, std::size_t at,
                                       std::size_t digits) const {
    if (at == 0 || message[at - 1] != '$') return false;
    std::size_t number = 0;
    const char* const begin = message.data() + at;
    const auto read = std::from_chars(begin, begin + digits, number);
    return read.ec == std::errc() && number >= 1 && number <= count_;
  }

  static bool is_in_word(const std::string& text, std::size_t at, std::size_t length) noexcept {
    const std::size_t end = at + length;
    return (at > 0 && belongs_to_word(text[at - 1])) ||
           (end < text.size() && belongs_to_word(text[end]));
  }

  const std::size_t count_;
  const std::size_t bytes_max_;
  std::vector<std::string> texts_;  // in small letters
  std::set<std::string> numbers_;   // canonical
};

}  // namespace

std::string without_values(std::string message, std::span<const Value> parameters) {
  if (!parameters.empty()) Secrets(parameters, message.size()).hide_in(message);
  return message;
}

}  // namespace poolproof
