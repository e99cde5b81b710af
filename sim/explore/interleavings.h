#pragma once
// How many different schedules were seen, without keeping them.

#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/schedule.h>

namespace poolproof::sim {

/// Linear counting (Whang, Vander-Zanden, Taylor, TODS 1990): a bitmap of hashes; the count
/// follows from how many bits are still clear. Within 1 % up to some ten million. The same for any
/// order of adding.
class Interleavings {
 public:
  Interleavings() : bits_(words) {}
  void add(const Schedule& schedule) noexcept;
  void add(const Interleavings& other) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept;

 private:
  static constexpr std::size_t words = std::size_t{1} << 16U;  // 4,194,304 bits
  std::vector<std::uint64_t> bits_;
};

}  // namespace poolproof::sim
