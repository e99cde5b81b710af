#include <poolproof/sim/explore/first_sightings.h>

#include <algorithm>

#include <poolproof/sim/explore/interleavings.h>

namespace poolproof::sim {
namespace {

std::uint32_t mark_of(std::uint64_t number) noexcept {
  constexpr std::uint64_t mark_max = 0xffff'ffffU;
  return static_cast<std::uint32_t>(std::min(number, mark_max - 1) + 1);
}

}  // namespace

void FirstSightings::add(std::uint64_t fingerprint, std::uint64_t number) noexcept {
  std::atomic<std::uint32_t>& place = first_[fingerprint % places];
  const std::uint32_t mark = mark_of(number);
  std::uint32_t first = place.load(std::memory_order_relaxed);
  while (first == 0 || mark < first) {
    if (place.compare_exchange_weak(first, mark, std::memory_order_relaxed)) return;
  }
}

std::uint64_t FirstSightings::count(std::uint64_t end) const noexcept {
  if (end == 0) return 0;
  const std::uint32_t last = mark_of(end - 1);
  const auto seen = std::ranges::count_if(first_, [last](const std::atomic<std::uint32_t>& first) {
    const std::uint32_t mark = first.load(std::memory_order_relaxed);
    return mark != 0 && mark <= last;
  });
  return counted_linearly(static_cast<std::uint64_t>(seen), places);
}

}  // namespace poolproof::sim
