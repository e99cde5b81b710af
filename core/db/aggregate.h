#pragma once
// Filling a struct field by field, without a macro: how many fields an aggregate has, and
// references to them. Source: Boost.PFR (Antony Polukhin), in its simplest form.

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

namespace poolproof {

constexpr std::size_t fields_max = 16;

/// Stands for a value of whatever type a field has.
struct AnyField {
  AnyField(std::size_t) noexcept {}
  template <class T>
  operator T() const;  // Never called.
};

template <class Struct, std::size_t... Places>
constexpr bool is_braced_with(std::index_sequence<Places...>) {
  return requires {
    Struct{AnyField{Places}...};
  };
}

/// How many fields the aggregate has, up to fields_max.
template <class Struct, std::size_t Fields = fields_max>
constexpr std::size_t count_fields() {
  if constexpr (Fields == 0 || is_braced_with<Struct>(std::make_index_sequence<Fields>())) {
    return Fields;
  } else {
    return count_fields<Struct, Fields - 1>();
  }
}

/// References to all fields of an aggregate of 1 to fields_max fields, none of them an array or a
/// base.
template <class Struct>
auto tie_fields(Struct& value) {
  static_assert(std::is_aggregate_v<Struct>, "a row is read into a plain struct");
  constexpr std::size_t count = count_fields<Struct>();
  static_assert(count > 0);
  if constexpr (count == 1) {
    auto& [a] = value;
    return std::tie(a);
  } else if constexpr (count == 2) {
    auto& [a, b] = value;
    return std::tie(a, b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = value;
    return std::tie(a, b, c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = value;
    return std::tie(a, b, c, d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = value;
    return std::tie(a, b, c, d, e);
  } else if constexpr (count == 6) {
    auto& [a, b, c, d, e, f] = value;
    return std::tie(a, b, c, d, e, f);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, f, g] = value;
    return std::tie(a, b, c, d, e, f, g);
  } else if constexpr (count == 8) {
    auto& [a, b, c, d, e, f, g, h] = value;
    return std::tie(a, b, c, d, e, f, g, h);
  } else if constexpr (count == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = value;
    return std::tie(a, b, c, d, e, f, g, h, i);
  } else if constexpr (count == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (count == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k);
  } else if constexpr (count == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
  } else if constexpr (count == 13) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
  } else if constexpr (count == 14) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  } else if constexpr (count == 15) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  } else if constexpr (count == 16) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  }
}

}  // namespace poolproof
