#pragma once
// The number of a simulated thread.

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

/// How many tasks are in a set. Without the processor's instruction for it, which not every build
/// may use, the compiler would call a function.
constexpr std::uint32_t count(TaskMask mask) noexcept {
  mask -= (mask >> 1U) & 0x5555555555555555U;
  mask = (mask & 0x3333333333333333U) + ((mask >> 2U) & 0x3333333333333333U);
  mask = (mask + (mask >> 4U)) & 0x0f0f0f0f0f0f0f0fU;
  return static_cast<std::uint32_t>((mask * 0x0101010101010101U) >> 56U);
}

}  // namespace poolproof::sim
