#pragma once
// The number of a simulated thread.

#include <cstdint>

namespace poolproof::sim {

/// A task of an execution, in order of spawn: 0 is the main task.
enum class TaskId : std::uint16_t {};

constexpr TaskId no_task{0xffff};

/// An execution has at most so many tasks.
constexpr std::uint32_t tasks_max = 256;

}  // namespace poolproof::sim
