#pragma once
// The fields of a history's records: their names, and how each is printed and read.
// docs/history-format.md is the same list for people.

#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <poolproof/sim/judge/history.h>

namespace poolproof::sim {

template <typename Record>
struct Field {
  std::string_view name;
  bool (*is_default)(const Record& record);
  void (*print)(std::string& out, const Record& record);
  /// Returns the rule that `value` breaks, "" when it breaks none.
  std::string (*read)(const nlohmann::json& value, Record& record);
};

std::span<const Field<PoolConfig>> config_fields() noexcept;
std::span<const Field<Capabilities>> capability_fields() noexcept;
/// Without `snapshot` and `error`, which are objects of their own.
std::span<const Field<Event>> event_fields() noexcept;
std::span<const Field<Snapshot>> snapshot_fields() noexcept;
std::span<const Field<Refusal>> refusal_fields() noexcept;

/// The printed form of a string.
void print_string(std::string& out, std::string_view text);

}  // namespace poolproof::sim
