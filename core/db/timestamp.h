#pragma once
// Timestamps as text: how SQLite keeps them, and how PostgreSQL says them.

#include <optional>
#include <string>
#include <string_view>

#include <poolproof/core/db/value.h>

namespace poolproof {

/// "2026-01-31 12:00:00.000001Z": always UTC, six digits where there is a fraction of a second,
/// none otherwise. Years outside 0000 to 9999 have a sign and as many digits as they need; the
/// year before 0001 is 0000, as in ISO 8601.
std::string to_string(Timestamp timestamp);

/// What to_string() writes, also with "T" for the space, without "Z", with an offset ("+02",
/// "+02:00", "-0330", "+00:53:28"), and with 1 to 6 digits of a fraction. Nothing for all else,
/// such as a date that does not exist, or one beyond Timestamp::min() and max().
std::optional<Timestamp> parse_timestamp(std::string_view text);

}  // namespace poolproof
