#include <poolproof/property_tests/values.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace poolproof {

void showValue(const Value& value, std::ostream& out) {
  constexpr std::size_t shown_max = 200;
  const std::string text = to_string(value);
  out << text.substr(0, shown_max);
  if (text.size() > shown_max) out << "... (" << text.size() << " bytes)";
}

namespace property_tests {
namespace {

template <class Number>
Number drawn_from(Number min, Number max) {
  return *rc::gen::inRange<Number>(min, static_cast<Number>(max + 1));
}

bool by_chance() {
  return *rc::gen::arbitrary<bool>();
}

template <class Number>
Number one_of(std::vector<Number> numbers) {
  return *rc::gen::elementOf(std::move(numbers));
}

std::int64_t some_integer() {
  using Limits = std::numeric_limits<std::int64_t>;
  const auto bits = static_cast<std::int64_t>(*rc::gen::arbitrary<std::uint64_t>());
  return one_of<std::int64_t>(
      {0, 1, -1, Limits::min(), Limits::max(), bits, *rc::gen::arbitrary<std::int64_t>()});
}

/// Not NaN, which does not equal itself.
double some_real() {
  using Limits = std::numeric_limits<double>;
  const auto bits = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
  const double real = one_of<double>(
      {0.1, -0.0, 3.0, 1e15, 0x1p63, Limits::max(), Limits::denorm_min(), Limits::infinity(),
       -Limits::infinity(), bits, static_cast<double>(*rc::gen::arbitrary<std::int64_t>())});
  return std::isnan(real) ? 0.5 : real;
}

std::string some_text(const DatabaseLimits& limits) {
  std::vector<std::string> pieces{"a",  "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x9f",
                                  "'",  "\"",       "\\",           "$1",
                                  "\n", "1",        ".5",           "e9"};
  if (limits.has_nul_in_text) pieces.emplace_back(1, '\0');
  if (limits.has_invalid_utf8) pieces.emplace_back("\xff");
  std::string text;
  for (int n = drawn_from(0, 20); n > 0; --n)
    text += *rc::gen::elementOf(pieces);
  // Now and then too long for a page of SQLite's, or for a piece of PostgreSQL's.
  if (drawn_from(0, 20) == 0) text.append(10'000, 'x');
  return text;
}

Blob some_blob() {
  Blob blob;
  for (int n = drawn_from(0, 20); n > 0; --n)
    blob.push_back(static_cast<std::byte>(drawn_from(0, 255)));
  return blob;
}

Timestamp some_timestamp(const DatabaseLimits& limits) {
  using std::chrono::microseconds;
  const auto first = limits.first.time_since_epoch().count();
  const auto last = limits.last.time_since_epoch().count();
  const auto now = *rc::gen::inRange<std::int64_t>(0, 2'000'000'000'000'000);
  const auto within = *rc::gen::inRange<std::int64_t>(first, last);
  return Timestamp(microseconds(one_of<std::int64_t>({first, last, 0, -1, 1, now, within})));
}

std::string some_digits(int count) {
  std::string digits;
  for (; count > 0; --count)
    digits += static_cast<char>('0' + drawn_from(0, 9));
  return digits;
}

Decimal some_decimal(const DatabaseLimits& limits) {
  const int special = drawn_from(0, 30);
  if (special == 0) return *Decimal::parse("NaN");
  if (special == 1 && limits.has_infinite_decimals)
    return *Decimal::parse(by_chance() ? "Infinity" : "-Infinity");
  const bool is_whole = by_chance();
  std::string text = is_whole ? "" : "." + some_digits(drawn_from(1, 20));
  const bool is_small = by_chance();
  text.insert(0,
              is_small ? "0" : std::to_string(drawn_from(1, 9)) + some_digits(drawn_from(0, 30)));
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  if (!is_zero && by_chance()) text.insert(0, "-");
  return *Decimal::parse(text);
}

Value some_value(ValueKind kind, const DatabaseLimits& limits) {
  switch (kind) {
    case ValueKind::boolean:
      return by_chance();
    case ValueKind::integer:
      return some_integer();
    case ValueKind::real:
      return some_real();
    case ValueKind::text:
      return some_text(limits);
    case ValueKind::blob:
      return some_blob();
    case ValueKind::timestamp:
      return some_timestamp(limits);
    case ValueKind::decimal:
      return some_decimal(limits);
    case ValueKind::null:
      break;
  }
  return nullptr;
}

}  // namespace

rc::Gen<Value> values(ValueKind kind, const DatabaseLimits& limits) {
  return rc::gen::exec([=] { return some_value(kind, limits); });
}

rc::Gen<ResultSet::Row> rows_of_all_kinds(const DatabaseLimits& limits) {
  return rc::gen::exec([=] {
    ResultSet::Row row;
    for (int kind = 0; kind <= static_cast<int>(ValueKind::decimal); ++kind) {
      const bool is_null = drawn_from(0, 9) == 0;
      row.push_back(is_null ? Value() : some_value(static_cast<ValueKind>(kind), limits));
    }
    return row;
  });
}

}  // namespace property_tests
}  // namespace poolproof
