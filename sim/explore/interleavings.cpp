#include <poolproof/sim/explore/interleavings.h>

#include <bit>
#include <cmath>

namespace poolproof::sim {

std::uint64_t Interleavings::hash(const Schedule& schedule) noexcept {
  std::uint64_t hash = schedule.size();
  for (const Choice& choice : schedule) {
    hash = (hash ^ (choice.chosen + 1U)) * 0x9e3779b97f4a7c15U;
    hash ^= hash >> 32U;
  }
  return hash;
}

void Interleavings::add(std::uint64_t hash) {
  bits_.resize(words);
  bits_[(hash >> 6U) % words] |= std::uint64_t{1} << (hash & 63U);
}

void Interleavings::add(const Interleavings& other) {
  if (bits_.empty()) bits_ = other.bits_;
  for (std::size_t i = 0; i < other.bits_.size(); ++i)
    bits_[i] |= other.bits_[i];
}

std::uint64_t Interleavings::count() const noexcept {
  std::uint64_t set = 0;
  for (const std::uint64_t word : bits_)
    set += static_cast<std::uint64_t>(std::popcount(word));
  return counted_linearly(set, words * 64);
}

std::uint64_t counted_linearly(std::uint64_t marked, std::uint64_t places) noexcept {
  if (marked >= places) return places;
  const auto all = static_cast<double>(places);
  const auto clear = static_cast<double>(places - marked);
  return static_cast<std::uint64_t>(std::llround(all * std::log(all / clear)));
}

}  // namespace poolproof::sim
