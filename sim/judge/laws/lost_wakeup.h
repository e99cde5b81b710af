#pragma once
// The question that L5 and L13 share: did a caller sleep at a stall although it could have been
// served?

#include <optional>

#include <poolproof/sim/judge/history_index.h>

namespace poolproof::sim {

struct LostWakeup {
  std::uint32_t waiter = absent;        ///< operation
  std::uint32_t idle_session = absent;  ///< absent: a slot was free
  std::uint64_t max_size = 0;           ///< by which it was free, at that time
};

std::optional<LostWakeup> lost_wakeup(const History& history, const HistoryIndex& index,
                                      const StallRecord& stall);

}  // namespace poolproof::sim
