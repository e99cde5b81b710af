#include <poolproof/drivers/postgres/postgres_values.h>

#include <bit>
#include <charconv>
#include <cstdint>
#include <limits>

#include <poolproof/drivers/postgres/postgres_timestamp.h>
#include <poolproof/drivers/postgres/postgres_types.h>

namespace poolproof::postgres {
namespace {

constexpr int as_text = 0;
constexpr int as_binary = 1;

std::string big_endian(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(number >> shift & 0xff);
  return bytes;
}

std::string_view bytes_of(const Blob& blob) noexcept {
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

DbError refused(std::string message) {
  return {DbErrorKind::misuse, std::move(message)};
}

/// Why what the server sent is no value here.
DbError unreadable(Oid type, std::string_view text) {
  const bool is_time = type == oid_timestamp || type == oid_timestamptz;
  if (is_time && (text == "infinity" || text == "-infinity"))
    return {DbErrorKind::conversion, "an infinite timestamp cannot be read"};
  return {DbErrorKind::conversion, "the server sent a value of type " +
                                       std::string(type_name(type)) +
                                       " in a form that cannot be read"};
}

std::expected<std::string, DbError> encode_timestamp(Timestamp timestamp) {
  const auto microseconds = to_postgres_time(timestamp);
  if (!microseconds)
    return std::unexpected(refused("a timestamp is beyond PostgreSQL's calendar"));
  return big_endian(static_cast<std::uint64_t>(*microseconds));
}

template <class Number>
bool parse_number(std::string_view text, Number& number) noexcept {
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end;
}

// Each assigns what `text` says, or returns false.

bool decode_integer(std::string_view text, Value& value) noexcept {
  std::int64_t number = 0;
  if (!parse_number(text, number)) return false;
  value = number;
  return true;
}

/// By way of its own type: the shortest text of a float4 names another double than the float4's.
template <class Real>
bool decode_real(std::string_view text, Value& value) noexcept {
  using Double = std::numeric_limits<double>;
  Real number{};
  if (text == "NaN")
    value = Double::quiet_NaN();
  else if (text == "Infinity")
    value = Double::infinity();
  else if (text == "-Infinity")
    value = -Double::infinity();
  else if (parse_number(text, number))
    value = static_cast<double>(number);
  else
    return false;
  return true;
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// What comes behind "\x" in "\x00ff".
bool decode_hex(std::string_view text, Blob& blob) {
  if (text.size() % 2 != 0) return false;
  blob.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const int high = hex_digit(text[at]);
    const int low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) return false;
    blob.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return true;
}

/// "a\\b\000": a backslash is doubled, and what cannot be printed is in three octal digits.
bool decode_escapes(std::string_view text, Blob& blob) {
  while (!text.empty()) {
    std::size_t taken = 1;
    auto byte = static_cast<unsigned char>(text[0]);
    if (text.starts_with("\\\\")) {
      taken = 2;
    } else if (byte == '\\') {
      taken = 4;
      if (text.size() < taken) return false;
      const char* const end = text.data() + taken;
      const auto read = std::from_chars(text.data() + 1, end, byte, 8);
      if (read.ec != std::errc() || read.ptr != end) return false;
    }
    blob.push_back(static_cast<std::byte>(byte));
    text.remove_prefix(taken);
  }
  return true;
}

/// In whichever form bytea_output has the server print it.
bool decode_bytea(std::string_view text, Value& value) {
  Blob blob;
  const bool is_hex = text.starts_with("\\x");
  if (!(is_hex ? decode_hex(text.substr(2), blob) : decode_escapes(text, blob))) return false;
  value = std::move(blob);
  return true;
}

bool decode_timestamp(std::string_view text, Value& value) {
  const auto timestamp = parse_postgres_timestamp(text);
  if (timestamp) value = *timestamp;
  return timestamp.has_value();
}

bool decode_numeric(std::string_view text, Value& value) {
  auto decimal = Decimal::parse(text);
  if (decimal) value = std::move(*decimal);
  return decimal.has_value();
}

/// As a server prints a value of `type`.
bool decode(Oid type, std::string_view text, Value& value) {
  switch (type) {
    case oid_bool:
      value = text == "t";
      return true;
    case oid_int2:
    case oid_int4:
    case oid_int8:
    case oid_oid:
      return decode_integer(text, value);
    case oid_float4:
      return decode_real<float>(text, value);
    case oid_float8:
      return decode_real<double>(text, value);
    case oid_bytea:
      return decode_bytea(text, value);
    case oid_timestamp:
    case oid_timestamptz:
      return decode_timestamp(text, value);
    case oid_numeric:
      return decode_numeric(text, value);
    default:
      value = text;
      return true;
  }
}

}  // namespace

Oid type_of(const Value& value) noexcept {
  switch (value.kind()) {
    case ValueKind::boolean:
      return oid_bool;
    case ValueKind::integer:
      return oid_int8;
    case ValueKind::real:
      return oid_float8;
    case ValueKind::blob:
      return oid_bytea;
    case ValueKind::timestamp:
      return oid_timestamptz;
    case ValueKind::decimal:
      return oid_numeric;
    case ValueKind::null:
    case ValueKind::text:
      break;
  }
  return oid_unknown;
}

void Parameters::add(std::string_view bytes, int format) {
  pointers_.push_back(bytes.data());
  lengths_.push_back(static_cast<int>(bytes.size()));
  formats_.push_back(format);
}

std::expected<Parameters, DbError> Parameters::encode(std::span<const Value> values) {
  constexpr std::size_t bytes_max = 1U << 30U;  // A server takes no more in one value.
  Parameters all;
  all.numbers_.reserve(values.size());  // The texts must stay where they are.
  const auto add_number = [&](std::string bytes) {
    all.add(all.numbers_.emplace_back(std::move(bytes)), as_binary);
  };
  for (const Value& value : values) {
    if (const auto* text = value.get_if<std::string>()) {
      if (text->find('\0') != std::string::npos)
        return std::unexpected(refused("PostgreSQL's text cannot hold a NUL"));
      if (text->size() > bytes_max) return std::unexpected(refused("a text is longer than 1 GiB"));
      all.add(*text, as_text);
    } else if (const auto* blob = value.get_if<Blob>()) {
      if (blob->size() > bytes_max) return std::unexpected(refused("a blob is longer than 1 GiB"));
      // A null pointer would be a null.
      all.add(blob->empty() ? std::string_view("") : bytes_of(*blob), as_binary);
    } else if (const auto* decimal = value.get_if<Decimal>()) {
      all.add(decimal->text(), as_text);
    } else if (const auto* boolean = value.get_if<bool>()) {
      add_number(std::string(1, *boolean ? '\1' : '\0'));
    } else if (const auto* integer = value.get_if<std::int64_t>()) {
      add_number(big_endian(static_cast<std::uint64_t>(*integer)));
    } else if (const auto* real = value.get_if<double>()) {
      add_number(big_endian(std::bit_cast<std::uint64_t>(*real)));
    } else if (const auto* timestamp = value.get_if<Timestamp>()) {
      auto bytes = encode_timestamp(*timestamp);
      if (!bytes) return std::unexpected(std::move(bytes.error()));
      add_number(std::move(*bytes));
    } else {
      all.add({}, as_text);
    }
  }
  return all;
}

std::shared_ptr<const ResultSet::Columns> KnownColumns::of(const PGresult* result) {
  if (are_those_of(result)) return columns_;
  ResultSet::Columns columns;
  types_.clear();
  columns_ = nullptr;  // Until both are whole again.
  for (int column = 0; column < PQnfields(result); ++column) {
    types_.push_back(PQftype(result, column));
    columns.emplace_back(std::string(PQfname(result, column)),
                         std::string(type_name(types_.back())));
  }
  columns_ = std::make_shared<const ResultSet::Columns>(std::move(columns));
  return columns_;
}

bool KnownColumns::are_those_of(const PGresult* result) const noexcept {
  if (columns_ == nullptr || columns_->size() != static_cast<std::size_t>(PQnfields(result)))
    return false;
  for (int i = 0; const Column& column : *columns_) {
    if (PQftype(result, i) != types_[static_cast<std::size_t>(i)]) return false;
    if (column.name != PQfname(result, i)) return false;
    ++i;
  }
  return true;
}

std::expected<void, DbError> read_row(const PGresult* result, int row, std::span<Value> values) {
  for (int column = 0; Value & value : values) {
    if (PQgetisnull(result, row, column) != 0) {
      value = nullptr;
    } else {
      const std::string_view text(PQgetvalue(result, row, column),
                                  static_cast<std::size_t>(PQgetlength(result, row, column)));
      const Oid type = PQftype(result, column);
      if (!decode(type, text, value)) return std::unexpected(unreadable(type, text));
    }
    ++column;
  }
  return {};
}

}  // namespace poolproof::postgres
