#include <poolproof/sim/judge/laws/sizes.h>

#include <algorithm>

namespace poolproof::sim {

namespace {

/// Whether a resize that began after `ret` had surely taken effect before `from`.
bool is_superseded(const HistoryIndex& index, EventIndex ret, bool is_configured,
                   EventIndex from) {
  return std::ranges::any_of(index.resizes, [&](std::uint32_t number) {
    const OperationRecord& later = index.operations[number];
    const bool is_later = is_configured || (ret != absent && later.call > ret);
    return is_later && later.outcome == Outcome::ok && later.ret < from;
  });
}

}  // namespace

Sizes sizes_between(const History& history, const HistoryIndex& index, EventIndex from,
                    EventIndex to) {
  const auto& config = history.config;
  if (index.resizes.empty()) {
    return {config.min_size, config.min_size, config.max_size, config.max_size};
  }
  Sizes sizes{~std::uint64_t{0}, 0, ~std::uint64_t{0}, 0};
  const auto admit = [&](std::uint64_t min_size, std::uint64_t max_size) {
    sizes.min_lowest = std::min(sizes.min_lowest, min_size);
    sizes.min_highest = std::max(sizes.min_highest, min_size);
    sizes.max_lowest = std::min(sizes.max_lowest, max_size);
    sizes.max_highest = std::max(sizes.max_highest, max_size);
  };
  if (!is_superseded(index, 0, true, from)) admit(config.min_size, config.max_size);
  for (const std::uint32_t number : index.resizes) {
    const OperationRecord& resize = index.operations[number];
    if (resize.call >= to || is_superseded(index, resize.ret, false, from)) continue;
    if (resize.outcome == Outcome::failed && resize.ret < from) continue;  // It changed nothing.
    admit(history.events[resize.call].min_size, history.events[resize.call].max_size);
  }
  return sizes;
}

}  // namespace poolproof::sim
