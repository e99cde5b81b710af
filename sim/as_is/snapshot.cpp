#include <poolproof/sim/as_is/snapshot.h>

#include <cstring>

namespace poolproof::sim::as_is {

Snapshot::Snapshot(const std::vector<Module>& modules) {
  const std::vector<bool> is_helper = needed_by_us_alone(modules);
  for (std::size_t i = 0; i < modules.size(); ++i) {
    const Module& module = modules[i];
    if (is_c_library(module) || is_ours(module) || is_helper[i]) continue;
    for (const Range& range : module.writable) {
      if (range.begin == range.end) continue;
      auto* at = reinterpret_cast<char*>(range.begin);
      pieces_.push_back({at, std::vector<char>(at, at + (range.end - range.begin))});
    }
  }
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
