#pragma once
// The number of a simulated thread.

#include <array>
#include <cstddef>
#include <cstdint>

namespace poolproof::sim {

/// A task of an execution, in order of spawn: 0 is the main task.
enum class TaskId : std::uint16_t {};

constexpr TaskId no_task{0xffff};

/// A set of tasks; bit i stands for TaskId i. An execution has at most 64.
using TaskMask = std::uint64_t;
constexpr std::uint32_t tasks_max = 64;

constexpr TaskMask bit(TaskId id) noexcept {
  return TaskMask{1} << static_cast<unsigned>(id);
}

inline constexpr auto bit_counts = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 1; i < table.size(); ++i) {
    table[i] = static_cast<std::uint8_t>(table[i / 2] + i % 2);
  }
  return table;
}();

/// How many tasks are in a set. A table, because compilers turn the other ways into a library call
/// on processors that might lack the instruction, and this is asked at every step.
constexpr std::uint32_t count(TaskMask mask) noexcept {
  std::uint32_t sum = 0;
  for (; mask != 0; mask >>= 8U)
    sum += bit_counts[mask & 0xffU];
  return sum;
}

/// Whether a set that is not empty has exactly one task.
constexpr bool has_one(TaskMask mask) noexcept {
  return (mask & (mask - 1)) == 0;
}

}  // namespace poolproof::sim
