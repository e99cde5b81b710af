#include <poolproof/bench/suite/allocations.h>

#include <malloc.h>

#include <cstddef>

namespace {
constinit thread_local std::uint64_t allocations = 0;
}

extern "C" {
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;

void* malloc(std::size_t bytes) noexcept {
  ++allocations;
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) noexcept {
  ++allocations;
  return __libc_calloc(count, bytes);
}
void* realloc(void* memory, std::size_t bytes) noexcept {
  ++allocations;
  return __libc_realloc(memory, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  ++allocations;
  return __libc_memalign(alignment, bytes);
}
}

namespace poolproof::bench {

std::uint64_t allocations_of_this_thread() noexcept {
  return allocations;
}

std::uint64_t bytes_allocated() noexcept {
  const auto now = ::mallinfo2();
  return now.uordblks + now.hblkhd;
}

}  // namespace poolproof::bench
