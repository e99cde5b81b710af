#pragma once
// The moments of a history that matter to the search for an order, each with what was under way
// before it.

#include <cstdint>
#include <vector>

#include <poolproof/sim/judge/history_index.h>
#include <poolproof/sim/judge/pool_model.h>

namespace poolproof::sim {

/// A call, a return, or a moment when what somebody else may hold changes.
struct Mark {
  enum class Kind : std::uint8_t { call, ret, change };
  Kind kind{};
  EventIndex event = absent;
  std::uint32_t operation = absent;
  std::uint32_t place = absent;  ///< of the operation, when it has a role
  std::uint64_t held = 0;        ///< what others may hold just before it
};

struct Marks {
  std::vector<Mark> list;   ///< in order of event
  std::vector<Part> parts;  ///< by operation
  std::size_t places = 0;   ///< how many operations with a role are under way at once, at most
  /// Of each mark, by place: the operation that is under way there just before it, or absent.
  std::vector<std::uint32_t> under_way;
};

Marks marks_in(const History& history, const HistoryIndex& index);

}  // namespace poolproof::sim
