#include <poolproof/drivers/generated_values.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace poolproof {
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
  if (by_chance()) return std::isnan(bits) ? 0.5 : bits;
  return one_of<double>({0.0, -0.0, 0.1, 3.0, 1e15, 0x1p63, Limits::max(), Limits::lowest(),
                         Limits::min(), Limits::denorm_min(), Limits::epsilon(),
                         Limits::infinity(), -Limits::infinity(),
                         static_cast<double>(*rc::gen::arbitrary<std::int64_t>())});
}

std::string encode_utf8(std::uint32_t point) {
  const auto tail = [&](std::uint32_t shift) {
    return static_cast<char>(0x80U | (point >> shift & 0x3fU));
  };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xc0U | point >> 6U), tail(0)};
  if (point < 0x10000) return {static_cast<char>(0xe0U | point >> 12U), tail(6), tail(0)};
  return {static_cast<char>(0xf0U | point >> 18U), tail(12), tail(6), tail(0)};
}

/// Neither NUL nor half of a pair of surrogates.
std::string some_character() {
  return encode_utf8(*rc::gen::oneOf(rc::gen::inRange(1U, 0x80U), rc::gen::inRange(0x80U, 0xd800U),
                                     rc::gen::inRange(0xe000U, 0x110000U)));
}

std::string some_text(const DatabaseLimits& limits) {
  std::vector<std::string> pieces{"a", " ", "'", "\"", "\\", "$1", "\n", "1", ".5", "e9", "NULL"};
  if (limits.has_nul_in_text) pieces.emplace_back(1, '\0');
  if (limits.has_invalid_utf8) pieces.emplace_back("\xff");
  std::string text;
  for (int n = drawn_from(0, 20); n > 0; --n)
    text += by_chance() ? *rc::gen::elementOf(pieces) : some_character();
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
  if (by_chance()) return Timestamp(microseconds(*rc::gen::inRange<std::int64_t>(first, last)));
  const auto now = *rc::gen::inRange<std::int64_t>(0, 2'000'000'000'000'000);
  // A leap day; where the year 1 begins; and the first of five digits.
  constexpr std::int64_t leap_day = 951'782'400'000'000, year_1 = -62'135'596'800'000'000,
                         year_10000 = 253'402'300'800'000'000;
  return Timestamp(microseconds(one_of<std::int64_t>(
      {first, last, 0, -1, 1, now, leap_day, year_1, year_1 - 1, year_10000})));
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
  if (special == 1) return *Decimal::parse("0.00");
  if (special == 2)
    return *Decimal::parse("1" + std::string(1'000, '0') + "." + std::string(1'000, '7'));
  if (special == 3 && limits.has_infinite_decimals)
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

void showValue(const Value& value, std::ostream& out) {
  constexpr std::size_t shown_max = 200;
  const std::string text = to_string(value);
  out << text.substr(0, shown_max);
  if (text.size() > shown_max) out << "... (" << text.size() << " bytes)";
}

rc::Gen<double> any_real() {
  return rc::gen::exec(some_real);
}

rc::Gen<std::string> any_text(const DatabaseLimits& limits) {
  return rc::gen::exec([=] { return some_text(limits); });
}

rc::Gen<Value> any_value(ValueKind kind, const DatabaseLimits& limits) {
  return rc::gen::exec([=] { return some_value(kind, limits); });
}

rc::Gen<ResultSet::Row> any_row(const DatabaseLimits& limits) {
  return rc::gen::exec([=] {
    ResultSet::Row row;
    for (int kind = 0; kind <= static_cast<int>(ValueKind::decimal); ++kind) {
      const bool is_null = drawn_from(0, 9) == 0;
      row.push_back(is_null ? Value() : some_value(static_cast<ValueKind>(kind), limits));
    }
    return row;
  });
}

}  // namespace poolproof
