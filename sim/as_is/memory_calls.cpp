// The C library's heap: what the code that is being tried allocates comes from the arena. What the
// C library allocates for itself, and keeps, comes from its own.

#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <poolproof/sim/as_is/arena.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/modules.h>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* memory);
// Of a program that was compiled with AddressSanitizer: its heap is its own.
[[gnu::weak]] void __asan_init();
}

namespace poolproof::sim::as_is {
namespace {

// Before the harness begins, what is allocated belongs to the code that is to be tried: the first
// values of its variables. But for the C library's and this library's own.
constinit bool is_before_harness = true;
constinit bool has_ranges = false;
constinit Range c_library{};
constinit Range linker{};
constinit Range standard_library{};
constinit Range ours{};

int note_range(dl_phdr_info* info, std::size_t, void*) {
  Range all{.begin = ~std::uintptr_t{0}, .end = 0};
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD) continue;
    const std::uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    if (begin < all.begin) all.begin = begin;
    if (begin + header.p_memsz > all.end) all.end = begin + header.p_memsz;
  }
  const auto is_called = [&](const char* name) {
    return std::strstr(info->dlpi_name, name) != nullptr;
  };
  if (is_called("/libc.so")) c_library = all;
  if (is_called("/ld-linux")) linker = all;
  if (is_called("/libstdc++.so")) standard_library = all;
  if (all.has(reinterpret_cast<const void*>(&note_range))) ours = all;
  return 0;
}

void find_ranges() noexcept {
  ::dl_iterate_phdr(&note_range, nullptr);
  has_ranges = true;
}

/// Whether what `caller` asks for comes from the arena.
bool is_for_arena(const void* caller) noexcept {
  if (__asan_init != nullptr) return false;
  const bool is_task = is_inside();
  if (!is_task && !is_before_harness) [[likely]]
    return false;
  if (!has_ranges) find_ranges();
  if (c_library.has(caller) || linker.has(caller)) return false;
  // The reserve for exceptions when there is no memory: large, and never used in earnest.
  return is_task || !standard_library.has(caller);
}

void* or_no_memory(void* memory) noexcept {
  if (memory == nullptr) errno = ENOMEM;
  return memory;
}

void* aligned(std::size_t alignment, std::size_t size, const void* caller) noexcept {
  if (!is_for_arena(caller)) return __libc_memalign(alignment, size);
  return or_no_memory(Arena::allocate(size, alignment < 16 ? 16 : alignment));
}

void* resized(void* memory, std::size_t size, const void* caller) noexcept {
  const bool is_ours = memory != nullptr ? Arena::owns(memory) : is_for_arena(caller);
  if (!is_ours) return __libc_realloc(memory, size);
  if (memory == nullptr) return or_no_memory(Arena::allocate(size));
  const std::size_t before = Arena::size_of(memory);
  void* moved = is_for_arena(caller) ? Arena::allocate(size) : __libc_malloc(size);
  if (moved == nullptr) return or_no_memory(nullptr);
  std::memcpy(moved, memory, before < size ? before : size);
  if (is_inside()) Arena::free(memory);
  return moved;
}

}  // namespace

void heap_passes_to_harness() noexcept {
  is_before_harness = false;
}

}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;

#define POOLPROOF_CALLER __builtin_extract_return_addr(__builtin_return_address(0))

POOLPROOF_INTERPOSE void* malloc(std::size_t size) noexcept {
  if (!is_for_arena(POOLPROOF_CALLER)) return __libc_malloc(size);
  return or_no_memory(Arena::allocate(size));
}
POOLPROOF_INTERPOSE void* calloc(std::size_t count, std::size_t size) noexcept {
  if (!is_for_arena(POOLPROOF_CALLER)) return __libc_calloc(count, size);
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return or_no_memory(nullptr);
  void* memory = or_no_memory(Arena::allocate(bytes));
  if (memory != nullptr) std::memset(memory, 0, bytes);
  return memory;
}
POOLPROOF_INTERPOSE void* realloc(void* memory, std::size_t size) noexcept {
  return resized(memory, size, POOLPROOF_CALLER);
}
POOLPROOF_INTERPOSE void* reallocarray(void* memory, std::size_t count,
                                       std::size_t size) noexcept {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return or_no_memory(nullptr);
  return resized(memory, bytes, POOLPROOF_CALLER);
}
POOLPROOF_INTERPOSE void free(void* memory) noexcept {
  if (!Arena::owns(memory)) return __libc_free(memory);
  // Outside of tasks it is let go of with all the rest.
  if (is_inside()) Arena::free(memory);
}
POOLPROOF_INTERPOSE void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return aligned(alignment, size, POOLPROOF_CALLER);
}
POOLPROOF_INTERPOSE void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return aligned(alignment, size, POOLPROOF_CALLER);
}
POOLPROOF_INTERPOSE void* valloc(std::size_t size) noexcept {
  return aligned(4096, size, POOLPROOF_CALLER);
}
POOLPROOF_INTERPOSE void* pvalloc(std::size_t size) noexcept {
  return aligned(4096, (size + 4095) / 4096 * 4096, POOLPROOF_CALLER);
}
POOLPROOF_INTERPOSE int posix_memalign(void** memory, std::size_t alignment,
                                       std::size_t size) noexcept {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* found = aligned(alignment, size, POOLPROOF_CALLER);
  if (found == nullptr) return ENOMEM;
  *memory = found;
  return 0;
}
POOLPROOF_INTERPOSE std::size_t malloc_usable_size(void* memory) noexcept {
  if (Arena::owns(memory)) return Arena::size_of(memory);
  return POOLPROOF_REAL(malloc_usable_size)(memory);
}
