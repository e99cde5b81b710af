#pragma once
// PostgreSQL's calendar, which goes from 4713 BC to 294276, further than std::chrono's.

#include <cstdint>
#include <optional>
#include <string_view>

#include <poolproof/core/db/value.h>

namespace poolproof::postgres {

/// Microseconds since 2000, as the server counts. Nothing for what it cannot hold.
std::optional<std::int64_t> to_postgres_time(Timestamp timestamp) noexcept;

/// What the server prints in DateStyle ISO: "2026-01-31 12:00:00.000001+00", without the zone for
/// `timestamp`, with " BC" at the end for years before 1, and without a sign for those beyond
/// 9999: but for its years, what parse_timestamp() reads. Nothing for all else.
std::optional<Timestamp> parse_postgres_timestamp(std::string_view text);

}  // namespace poolproof::postgres
