#pragma once
// How often this process has asked for memory, and how much it holds. The program that measures is
// linked with an allocator that counts; under a sanitizer, which has its own, nothing is counted.

#include <cstdint>

namespace poolproof::bench {

/// By the calling thread; 0 for ever where nothing is counted.
std::uint64_t allocations_of_this_thread() noexcept;
/// Bytes that are allocated right now, by all threads.
std::uint64_t bytes_allocated() noexcept;

}  // namespace poolproof::bench
