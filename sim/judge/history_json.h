#pragma once
// Histories as JSON lines: docs/history-format.md. Any recorder in any language may write them.

#include <expected>
#include <istream>
#include <string>
#include <string_view>

#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {

/// A header and a line for each event, fields that have their default left out. The same history,
/// the same bytes.
std::string print(const History& history);

/// Reads what print() prints, and refuses everything that cannot be a history. Snapshots are
/// numbered in the order in which they are returned. Errors: one sentence that begins with the
/// line: "line 7: field \"session\" -3: must be a whole number from 0 to 4294967295".
std::expected<History, std::string> parse_history(std::istream& lines);
std::expected<History, std::string> parse_history(std::string_view lines);

}  // namespace poolproof::sim
