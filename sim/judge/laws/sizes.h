#pragma once
// Which min_size and max_size a pool may have gone by, given that a resize takes effect somewhere
// between its call and its return.

#include <cstdint>

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

struct Sizes {
  std::uint64_t min_lowest = 0, min_highest = 0;
  std::uint64_t max_lowest = 0, max_highest = 0;
};

/// Between the events `from` and `to`.
Sizes sizes_between(const History& history, const HistoryIndex& index, EventIndex from,
                    EventIndex to);

}  // namespace poolproof::sim
