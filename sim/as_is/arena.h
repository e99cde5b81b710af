#pragma once
// The heap of the code that is being tried: at the same addresses in every process, and as it was
// before the first execution at the begin of each.

#include <cstddef>
#include <cstdint>

namespace poolproof::sim::as_is {

/// One thread at a time. What is freed is handed out again first, as the C library's heap does, so
/// that mistakes with memory that is used again can show.
class Arena {
 public:
  /// At least 16-byte aligned; nullptr when there is no more.
  static void* allocate(std::size_t size, std::size_t alignment = 16) noexcept;
  static void free(void* memory) noexcept;
  [[nodiscard]] static std::size_t size_of(const void* memory) noexcept;
  [[nodiscard]] static bool owns(const void* memory) noexcept {
    const auto at = reinterpret_cast<std::uintptr_t>(memory);
    return at - base < bytes_max;
  }

  /// What there is now, each execution begins with.
  static void keep() noexcept;
  static void restore() noexcept;

  static constexpr std::uintptr_t base = 0x2000'0000'0000;
  static constexpr std::size_t bytes_max = std::size_t{4} << 30U;
};

/// From now on what is allocated outside of executions is the harness's, and not part of what each
/// execution begins with.
void heap_passes_to_harness() noexcept;

}  // namespace poolproof::sim::as_is
