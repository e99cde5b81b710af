#pragma once
// What a prepared statement is called.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <libpq-fe.h>

namespace poolproof::postgres {

/// A function of the statement's text and the types of its parameters, and of nothing else: who
/// meets the name on whatever session, his own or one that a proxy has lent him, finds that
/// statement or none. 128 bits of a SHA-256, since texts may be of other people's making.
std::string statement_name(std::string_view sql, std::span<const Oid> types);

/// Source: FIPS 180-4.
std::array<std::uint8_t, 32> sha256(std::string_view bytes);

}  // namespace poolproof::postgres
