#include <poolproof/sim/as_is/snapshot.h>

#include <algorithm>
#include <cstring>

namespace poolproof::sim::as_is {

Snapshot::Snapshot(const std::vector<Module>& modules) {
  const std::vector<bool> is_helper = needed_by_us_alone(modules);
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const Module& module = modules[i];
    if (is_c_library(module) || is_ours(module) || is_helper[i]) continue;
    // A function that was found stays found: to look for it again in each execution took longer
    // than all the rest.
    const Range& slots = module.jump_slots;
    for (const Range& range : module.writable) {
      keep(range.begin, std::min(range.end, std::max(range.begin, slots.begin)));
      keep(std::max(range.begin, std::min(range.end, slots.end)), range.end);
    }
  }
}

void Snapshot::keep(std::uintptr_t begin, std::uintptr_t end) {
  if (begin >= end) return;
  auto* at = reinterpret_cast<char*>(begin);
  pieces_.push_back({at, std::vector<char>(at, at + (end - begin))});
}

void Snapshot::restore() const noexcept {
  for (const Piece& piece : pieces_)
    std::memcpy(piece.at, piece.before.data(), piece.before.size());
}

std::size_t Snapshot::bytes() const noexcept {
  std::size_t sum = 0;
  for (const Piece& piece : pieces_)
    sum += piece.before.size();
  return sum;
}

}  // namespace poolproof::sim::as_is
