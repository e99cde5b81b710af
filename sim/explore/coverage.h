#pragma once
// What an execution can exercise of a pool, its clients and its database, and what a history shows
// was exercised: so that a library of scenarios can say what it has never tried. docs/coverage.md.

#include <bitset>
#include <cstdint>
#include <span>
#include <string_view>

#include <poolproof/mocks/fault_plan.h>
#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

/// What kind of thing an item is. The groups of a report, in order.
enum class CoverageGroup : std::uint8_t {
  scheduling_point,  ///< an IntentKind that a task has reached
  state,             ///< of a connection, or of the slot that it is opened in
  transition,        ///< between two of them
  decision,          ///< of the pool: its Turn, Fate or Job (core/pool/pool_state.h)
  operation,
  answer,       ///< of acquire, try_acquire and drain
  transaction,  ///< what became of one, at the database and for whoever asked for it
  fault,        ///< of the database or of memory
};
constexpr std::size_t coverage_groups = 8;

std::string_view to_string(CoverageGroup group) noexcept;

struct CoverageItem {
  CoverageGroup group{};
  std::string_view name;
  /// The capability without which no execution can have it, or nullptr.
  bool Capabilities::*needs = nullptr;
};

/// All there are, group by group. An item's place is its number in a CoverageSet.
std::span<const CoverageItem> coverage_items() noexcept;

constexpr std::size_t coverage_items_max = 128;
using CoverageSet = std::bitset<coverage_items_max>;

/// Adds what `history` shows; scheduling points are not in it. `index` is that of the history,
/// `faults` were planned for its database. For
/// a pool with an observer the states are those that it tells, for others those that clients and
/// the database can see: whether a released connection was ever idle, they can tell only from who
/// got it next.
void cover(const History& history, const HistoryIndex& index, const mocks::FaultPlan& faults,
           CoverageSet& covered);

/// Adds scheduling points: bit i is IntentKind i.
void cover_kinds(std::uint64_t kinds, CoverageSet& covered) noexcept;

}  // namespace poolproof::sim
