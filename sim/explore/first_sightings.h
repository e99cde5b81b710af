#pragma once
// How many different things were seen, and when each was seen first, without keeping them.

#include <atomic>
#include <cstdint>
#include <vector>

namespace poolproof::sim {

/// Linear counting, as Interleavings, with the number of the first execution in the place of each
/// bit: so the count is known for every beginning of an exploration, and does not hang on the
/// order in which its executions were run. 16 MB. Any number of threads.
class FirstSightings {
 public:
  FirstSightings() : first_(places) {}

  /// Execution `number`, counted from 0, shows what has this fingerprint. From 2^32 - 2 on all
  /// numbers are taken for one.
  void add(std::uint64_t fingerprint, std::uint64_t number) noexcept;
  /// Different fingerprints of the executions with a number below `end`, to within 1 % up to some
  /// ten million.
  [[nodiscard]] std::uint64_t count(std::uint64_t end) const noexcept;

 private:
  static constexpr std::size_t places = std::size_t{1} << 22U;
  std::vector<std::atomic<std::uint32_t>> first_;  // number + 1; 0: not seen
};

}  // namespace poolproof::sim
