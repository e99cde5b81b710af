#include <poolproof/drivers/postgres/postgres_types.h>

#include <array>
#include <utility>

namespace poolproof::postgres {
namespace {

using Named = std::pair<Oid, std::string_view>;

constexpr std::array<Named, 24> frequent{{
    {oid_bool, "bool"},
    {oid_bytea, "bytea"},
    {18, "char"},
    {19, "name"},
    {oid_int8, "int8"},
    {oid_int2, "int2"},
    {oid_int4, "int4"},
    {25, "text"},
    {oid_oid, "oid"},
    {114, "json"},
    {142, "xml"},
    {oid_float4, "float4"},
    {oid_float8, "float8"},
    {869, "inet"},
    {1042, "bpchar"},
    {1043, "varchar"},
    {1082, "date"},
    {1083, "time"},
    {oid_timestamp, "timestamp"},
    {oid_timestamptz, "timestamptz"},
    {1186, "interval"},
    {oid_numeric, "numeric"},
    {2950, "uuid"},
    {3802, "jsonb"},
}};

}  // namespace

std::string_view type_name(Oid type) noexcept {
  for (const auto& [known, name] : frequent) {
    if (known == type) return name;
  }
  return {};
}

}  // namespace poolproof::postgres
