#pragma once
// One value as it goes into a statement or comes out of a result. A closed set: what every
// database has. How to read one as a type of C++: conversion.h.

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace poolproof {

/// What a value is. In the order of the alternatives inside Value. `integer` has 64 bits and a
/// sign, `real` is a double, `text` is UTF-8 as far as the database keeps it so.
enum class ValueKind : std::uint8_t {
  null,
  boolean,
  integer,
  real,
  text,
  blob,
  timestamp,
  decimal
};

/// "integer", "timestamp", ...: the name of the enumerator. Any thread.
std::string_view to_string(ValueKind kind) noexcept;

/// Bytes that are no text. No length is refused here; databases have limits of their own
/// (PostgreSQL 1 GB, SQLite 1,000,000,000 bytes by default).
using Blob = std::vector<std::byte>;

/// A point in time as databases keep it: UTC, microseconds since 1970, leap seconds not counted.
/// What is finer is cut off by who makes one of it: std::chrono::floor<std::chrono::microseconds>.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// A number of any length and scale as its digits, which no double would keep. Equal when spelled
/// the same: 1.50 is not 1.5, because a database keeps the scale. It does not calculate. Distinct
/// decimals on distinct threads; one of them as a std::string.
///
/// Example:
///   const auto price = Decimal::parse("12.50");
///   if (price) (void)client.execute("update goods set price = $1", {*price});
class Decimal {
 public:
  /// 0.
  Decimal() : text_("0") {}
  /// "-12.50", digits on at least one side of the point, no exponent; or "NaN", "Infinity",
  /// "-Infinity". Nothing when `text` is none of these.
  static std::optional<Decimal> parse(std::string_view text);

  /// As it was parsed, with every digit. Valid as long as the decimal.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  friend bool operator==(const Decimal&, const Decimal&) = default;

 private:
  explicit Decimal(std::string_view text) : text_(text) {}
  std::string text_;
};

/// An integer type whose every value fits into std::int64_t.
template <class T>
concept FitsInt64 = std::integral<T> && !std::same_as<T, bool> &&
                    (std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t));

/// An enum that is a number without saying so.
template <class T>
concept UnscopedEnum = std::is_enum_v<T> && std::convertible_to<T, std::underlying_type_t<T>>;

/// Null, bool, 64-bit integer, double, text, blob, timestamp or decimal. Made from the plain
/// types, unscoped enums among them, or optional ones, without ceremony, because parameter lists
/// are written by hand. Unsigned 64-bit numbers and long doubles do not fit and do not compile.
/// Moves do not allocate, copies of texts, blobs and decimals do; what was moved from is of the
/// same kind, with unspecified content. Threads as with a std::string.
///
/// Example:
///   const std::optional<std::string> nickname;  // null where it is empty
///   (void)client.execute("insert into users values ($1, $2)", {42, nickname});
class Value {
 public:
  /// Null.
  Value() noexcept = default;
  Value(std::nullptr_t) noexcept {}
  template <std::same_as<bool> Bool>  // Exactly bool: a pointer must not become one.
  Value(Bool value) noexcept : held_(value) {}
  template <FitsInt64 Integer>
  Value(Integer value) noexcept : held_(static_cast<std::int64_t>(value)) {}
  template <std::integral Integer>
  requires(!FitsInt64<Integer> && !std::same_as<Integer, bool>) Value(Integer)
  = delete;  // Or it would be a double, less exact.
  template <UnscopedEnum Enum>
  requires FitsInt64<std::underlying_type_t<Enum>> Value(Enum value)
  noexcept : held_(static_cast<std::int64_t>(value)) {}
  template <UnscopedEnum Enum>
  Value(Enum) = delete;  // Or it would be a double, too.
  Value(double value) noexcept : held_(value) {}
  template <std::same_as<long double> Real>
  Value(Real) = delete;  // Or the digits that a double has no room for would be lost.
  Value(std::string value) noexcept : held_(std::move(value)) {}
  Value(std::string_view value) : held_(std::string(value)) {}
  /// Up to its NUL; the pointer must not be null.
  Value(const char* value) : held_(std::string(value)) {}
  Value(Blob value) noexcept : held_(std::move(value)) {}
  Value(Timestamp value) noexcept : held_(value) {}
  Value(Decimal value) noexcept : held_(std::move(value)) {}
  template <class T>
  requires std::constructible_from<Value, T> Value(std::optional<T> value) {
    if (value) *this = Value(std::move(*value));
  }

  // Not inline: g++ 12 then sees a text moved out of, or destroyed in, what was never a text, and
  // warns wherever Values are kept in a vector.
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();
  /// The same as assigning a Value made of it. A text takes the memory of the text before it.
  template <std::same_as<std::int64_t> Integer>
  Value& operator=(Integer value) noexcept {
    held_ = value;
    return *this;
  }
  template <std::same_as<std::string_view> Text>
  Value& operator=(Text text) {
    if (auto* const before = std::get_if<std::string>(&held_))
      before->assign(text);
    else
      held_.template emplace<std::string>(text);
    return *this;
  }

  [[nodiscard]] ValueKind kind() const noexcept { return static_cast<ValueKind>(held_.index()); }
  [[nodiscard]] bool is_null() const noexcept { return kind() == ValueKind::null; }

  /// The value as bool, std::int64_t, double, std::string, Blob, Timestamp or Decimal; null
  /// pointer when it is of another kind, such as null. Nothing is converted: convert<T>() of
  /// conversion.h does that. Valid until the value is assigned to, moved from or destroyed.
  template <class T>
  [[nodiscard]] const T* get_if() const noexcept {
    return std::get_if<T>(&held_);
  }

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Blob, Timestamp, Decimal>
      held_;
};

/// For people, in the manner of SQL: NULL, true, 42, 1.5, 'it''s', x'00ff', 2026-01-31
/// 12:00:00.000001Z, 12.50. Not for statements, into which values go as parameters. As long as the
/// value is. Any thread.
std::string to_string(const Value& value);

}  // namespace poolproof
