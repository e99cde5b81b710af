#include <poolproof/drivers/postgres/generated_values.h>

#include <bit>
#include <cmath>
#include <limits>

namespace poolproof::postgres {
namespace {

template <class T>
rc::Gen<T> often_one_of(std::vector<T> extremes, rc::Gen<T> rest) {
  return rc::gen::oneOf(rc::gen::elementOf(std::move(extremes)), std::move(rest));
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

rc::Gen<std::string> any_character() {
  const auto point = rc::gen::oneOf(rc::gen::inRange(1U, 0x80U), rc::gen::inRange(0x80U, 0xd800U),
                                    rc::gen::inRange(0xe000U, 0x110000U));
  return rc::gen::map(point, encode_utf8);
}

}  // namespace

rc::Gen<bool> any_boolean() {
  return rc::gen::arbitrary<bool>();
}

rc::Gen<std::int64_t> any_integer() {
  using Limits = std::numeric_limits<std::int64_t>;
  return often_one_of<std::int64_t>({0, 1, -1, Limits::min(), Limits::max()},
                                    rc::gen::arbitrary<std::int64_t>());
}

rc::Gen<double> any_real() {
  using Limits = std::numeric_limits<double>;
  const auto from_bits = rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
    const auto value = std::bit_cast<double>(bits);
    return std::isnan(value) ? 0.1 : value;
  });
  return often_one_of<double>(
      {0.0, -0.0, 0.1, Limits::infinity(), -Limits::infinity(), Limits::max(), Limits::lowest(),
       Limits::min(), Limits::denorm_min(), Limits::epsilon()},
      from_bits);
}

rc::Gen<std::string> any_text() {
  const auto characters = rc::gen::container<std::vector<std::string>>(any_character());
  const auto joined = rc::gen::map(characters, [](const std::vector<std::string>& all) {
    std::string text;
    for (const std::string& one : all)
      text += one;
    return text;
  });
  return often_one_of<std::string>({"", "'", "\\", "$1", "NULL", " ", "\n", "\xf0\x9f\x90\x98"},
                                   joined);
}

rc::Gen<Blob> any_blob() {
  const auto bytes =
      rc::gen::container<std::vector<std::uint8_t>>(rc::gen::arbitrary<std::uint8_t>());
  return rc::gen::map(bytes, [](const std::vector<std::uint8_t>& all) {
    Blob blob;
    for (const std::uint8_t byte : all)
      blob.push_back(std::byte{byte});
    return blob;
  });
}

rc::Gen<Timestamp> any_timestamp() {
  constexpr std::int64_t earliest = -210'866'803'200'000'000;
  constexpr std::int64_t latest = std::numeric_limits<std::int64_t>::max();
  const auto any = rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t number) {
    constexpr std::uint64_t span =
        static_cast<std::uint64_t>(latest) - static_cast<std::uint64_t>(earliest);
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(earliest) + number % span);
  });
  const auto microseconds = often_one_of<std::int64_t>(
      {0, 1, -1, earliest, latest, 951'782'400'000'000, -62'135'596'800'000'000,
       -62'135'596'800'000'001, 253'402'300'800'000'000},
      any);
  return rc::gen::map(microseconds, [](std::int64_t count) {
    return Timestamp(std::chrono::microseconds(count));
  });
}

rc::Gen<Decimal> any_decimal() {
  const auto digits = rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::inRange('0', static_cast<char>('9' + 1))));
  const auto number = rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<bool>(), digits, digits, rc::gen::arbitrary<bool>()),
      [](const std::tuple<bool, std::string, std::string, bool>& parts) {
        const auto& [is_negative, whole, fraction, has_fraction] = parts;
        // The server leaves out leading zeros, and the sign of a zero.
        std::string text = "1" + whole;
        if (has_fraction) text += "." + fraction;
        return *Decimal::parse((is_negative ? "-" : "") + text);
      });
  return often_one_of<Decimal>(
      {*Decimal::parse("0"), *Decimal::parse("0.00"), *Decimal::parse("-0.01"),
       *Decimal::parse("NaN"), *Decimal::parse("Infinity"), *Decimal::parse("-Infinity"),
       *Decimal::parse("1" + std::string(1'000, '0') + "." + std::string(1'000, '7'))},
      number);
}

}  // namespace poolproof::postgres
