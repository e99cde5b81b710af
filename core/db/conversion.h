#pragma once
// Reading a Value as a type of C++: exactly, or not at all.
//
//   wanted              is read from
//   bool                boolean; integer 0 and 1
//   integers            integer in range; real and decimal without a fraction, in range; boolean
//   double, float       real; integer and decimal that it holds exactly (float: real likewise)
//   std::string         text; decimal; nothing else, since a number has several spellings
//   Blob                blob
//   Timestamp           timestamp; text as "2026-01-31 12:00:00.000001", "T" and "Z" allowed
//   Decimal             decimal; integer; text that is one
//   Value               anything
//   std::optional<T>    null, and what T is read from
//
// Text, decimals and 0/1 stand in the list because SQLite has no other form of the wanted type.

#include <concepts>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <poolproof/core/db/db_error.h>
#include <poolproof/core/db/value.h>

namespace poolproof {

/// The readings of the table above. Errors: conversion, in a sentence that names the kind of the
/// value and the wanted type but not the value, which may be secret.
std::expected<bool, DbError> convert_to_bool(const Value& value);
std::expected<std::int64_t, DbError> convert_to_integer(const Value& value);
std::expected<double, DbError> convert_to_real(const Value& value);
std::expected<float, DbError> convert_to_float(const Value& value);
std::expected<std::string, DbError> convert_to_text(const Value& value);
std::expected<Blob, DbError> convert_to_blob(const Value& value);
std::expected<Timestamp, DbError> convert_to_timestamp(const Value& value);
std::expected<Decimal, DbError> convert_to_decimal(const Value& value);
/// "a text cannot be read as integer: it is of another kind"; why not, unless it is null.
DbError conversion_error(const Value& value, std::string_view wanted, std::string_view because);

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

template <class Integer>
std::expected<Integer, DbError> convert_to_narrow(const Value& value) {
  const auto wide = convert_to_integer(value);
  if (!wide) return std::unexpected(wide.error());
  if (!std::in_range<Integer>(*wide)) {
    const std::string bits = std::to_string(8 * sizeof(Integer)) + "-bit integer";
    return std::unexpected(conversion_error(
        value, std::signed_integral<Integer> ? bits : "unsigned " + bits, "it is out of range"));
  }
  return static_cast<Integer>(*wide);
}

/// `value` as a T, by the table above. Errors: conversion.  Any thread.
template <class T>
std::expected<T, DbError> convert(const Value& value) {
  if constexpr (std::same_as<T, Value>) {
    return value;
  } else if constexpr (is_optional<T>) {
    if (value.is_null()) return T{};
    auto held = convert<typename T::value_type>(value);
    if (!held) return std::unexpected(std::move(held.error()));
    return T(std::move(*held));
  } else if constexpr (std::same_as<T, bool>) {
    return convert_to_bool(value);
  } else if constexpr (std::integral<T>) {
    return convert_to_narrow<T>(value);
  } else if constexpr (std::same_as<T, double>) {
    return convert_to_real(value);
  } else if constexpr (std::same_as<T, float>) {
    return convert_to_float(value);
  } else if constexpr (std::same_as<T, std::string>) {
    return convert_to_text(value);
  } else if constexpr (std::same_as<T, Blob>) {
    return convert_to_blob(value);
  } else if constexpr (std::same_as<T, Timestamp>) {
    return convert_to_timestamp(value);
  } else {
    static_assert(std::same_as<T, Decimal>, "no value of a database is read as this type");
    return convert_to_decimal(value);
  }
}

}  // namespace poolproof
