#pragma once
// How many different schedules were seen, without keeping them.

#include <cstdint>
#include <vector>

#include <poolproof/sim/engine/schedule.h>

namespace poolproof::sim {

/// How many different things have marked `marked` of `places` places, each the one that its hash
/// names: linear counting (Whang, Vander-Zanden, Taylor, TODS 1990).
std::uint64_t counted_linearly(std::uint64_t marked, std::uint64_t places) noexcept;

/// A bitmap of hashes, counted linearly. Within 1 % up to some ten million. The same for any order
/// of adding.
class Interleavings {
 public:
  static std::uint64_t hash(const Schedule& schedule) noexcept;
  void add(std::uint64_t hash);
  void add(const Schedule& schedule) { add(hash(schedule)); }
  void add(const Interleavings& other);
  [[nodiscard]] std::uint64_t count() const noexcept;
  /// What it consists of, to be handed to another process.
  [[nodiscard]] std::vector<std::uint64_t>& bits() noexcept { return bits_; }
  [[nodiscard]] const std::vector<std::uint64_t>& bits() const noexcept { return bits_; }

 private:
  static constexpr std::size_t words = std::size_t{1} << 16U;  // 4,194,304 bits
  std::vector<std::uint64_t> bits_;                            // none as long as nothing was added
};

}  // namespace poolproof::sim
