#pragma once
// `poolproof bench`: what pools cost on threads of the system, beside floors.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <poolproof/core/clock.h>

namespace poolproof::sim {

struct BenchOptions {
  std::vector<std::string> subjects;  ///< measured in turn; empty: the first
  std::size_t size = 8;
  std::uint64_t rounds = 7;  ///< of each case
  Duration round = std::chrono::milliseconds(100);
  bool json = false;  ///< as Google Benchmark prints it
};

}  // namespace poolproof::sim
