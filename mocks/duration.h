#pragma once
// Durations as people write them in plans and scenarios.

#include <expected>
#include <string>
#include <string_view>

#include <poolproof/core/clock.h>

namespace poolproof::mocks {

/// "250ms", "3s", "1.5s", "0s", "2min", "1h", "7us", "12ns": the largest unit that keeps it exact
/// with at most three decimals, minutes and hours only when whole. Duration::max() is "never". A
/// negative one begins with "-".
std::string print_duration(Duration duration);

/// Reads what print_duration prints, and "never"/"forever" as Duration::max(). Errors: one
/// sentence, beginning with the word. Negative values, unknown units, parts of a nanosecond and
/// values beyond 100 years are refused.
std::expected<Duration, std::string> parse_duration(std::string_view text);

}  // namespace poolproof::mocks
