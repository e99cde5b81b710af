#pragma once
// The types that have a kind of Value of their own, and the names of the frequent ones. The
// numbers are fixed: src/include/catalog/pg_type.dat of PostgreSQL.

#include <libpq-fe.h>

#include <string_view>

namespace poolproof::postgres {

constexpr Oid oid_unknown = 0;
constexpr Oid oid_bool = 16;
constexpr Oid oid_bytea = 17;
constexpr Oid oid_int8 = 20;
constexpr Oid oid_int2 = 21;
constexpr Oid oid_int4 = 23;
constexpr Oid oid_oid = 26;
constexpr Oid oid_float4 = 700;
constexpr Oid oid_float8 = 701;
constexpr Oid oid_timestamp = 1114;
constexpr Oid oid_timestamptz = 1184;
constexpr Oid oid_numeric = 1700;

/// "int8"; empty for types that are not among the frequent ones.
std::string_view type_name(Oid type) noexcept;

}  // namespace poolproof::postgres
