#include <poolproof/sim/as_is/arena.h>

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace poolproof::sim::as_is {
namespace {

/// In front of each block.
struct Header {
  std::uint32_t size_class = 0;
  std::uint32_t offset = 0;  // of what the caller has, from the block
  std::size_t size = 0;      // that the caller asked for
};
static_assert(sizeof(Header) == 16);

struct FreeBlock {
  FreeBlock* next = nullptr;
};

constexpr std::size_t step = 16;
constexpr std::size_t small_max = 1024;
constexpr std::size_t small_classes = small_max / step;
constexpr std::size_t classes = small_classes + 4 * 24;

// Up to 1 KiB each multiple of 16 bytes is a class, beyond there are four to each power of two.
std::size_t class_of(std::size_t bytes) noexcept {
  if (bytes <= small_max) return (bytes + step - 1) / step - 1;
  const auto power = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 1;  // 2^power < bytes
  const std::size_t quarter = (bytes - 1) >> (power - 2) & 3U;
  return small_classes + (power - 10) * 4 + quarter;
}

std::size_t bytes_of(std::size_t size_class) noexcept {
  if (size_class < small_classes) return (size_class + 1) * step;
  const std::size_t beyond = size_class - small_classes;
  const std::size_t power = beyond / 4 + 10;
  return (std::size_t{1} << power) + ((beyond % 4 + 1) << (power - 2));
}

struct State {
  std::size_t used = 0;
  std::size_t high = 0;  // the most ever used since the last restore
  std::array<FreeBlock*, classes> free{};
};

constinit State state;
constinit State kept;
constinit char* copy = nullptr;  // of what is kept
constinit bool is_mapped = false;

char* memory() noexcept {
  return reinterpret_cast<char*>(Arena::base);
}

bool map() noexcept {
  if (is_mapped) return true;
  void* at = ::mmap(memory(), Arena::bytes_max, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  is_mapped = at == memory();
  return is_mapped;
}

Header& header_of(const void* memory) noexcept {
  return *(static_cast<Header*>(const_cast<void*>(memory)) - 1);  // NOLINT: ours to write
}

}  // namespace

void* Arena::allocate(std::size_t size, std::size_t alignment) noexcept {
  if (size > bytes_max / 4 || !map()) return nullptr;
  const std::size_t slack = alignment > step ? alignment : 0;
  const std::size_t size_class = class_of(std::max(size, std::size_t{1}) + sizeof(Header) + slack);
  char* block = nullptr;
  if (FreeBlock* first = state.free[size_class]) {
    state.free[size_class] = first->next;
    block = reinterpret_cast<char*>(first);
  } else {
    const std::size_t bytes = bytes_of(size_class);
    if (bytes > bytes_max - state.used) return nullptr;
    block = as_is::memory() + state.used;
    state.used += bytes;
    state.high = std::max(state.high, state.used);
  }
  auto at = reinterpret_cast<std::uintptr_t>(block) + sizeof(Header);
  if (slack != 0) at = (at + alignment - 1) & ~(alignment - 1);
  const auto offset = static_cast<std::uint32_t>(at - reinterpret_cast<std::uintptr_t>(block));
  auto* given = reinterpret_cast<void*>(at);
  header_of(given) = {
      .size_class = static_cast<std::uint32_t>(size_class), .offset = offset, .size = size};
  return given;
}

void Arena::free(void* memory) noexcept {
  const Header header = header_of(memory);
  auto* block = reinterpret_cast<FreeBlock*>(static_cast<char*>(memory) - header.offset);
  block->next = state.free[header.size_class];
  state.free[header.size_class] = block;
}

std::size_t Arena::size_of(const void* memory) noexcept {
  return header_of(memory).size;
}

void Arena::keep() noexcept {
  if (!map()) return;
  kept = state;
  if (kept.used == 0) return;
  copy = static_cast<char*>(
      ::mmap(nullptr, kept.used, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  std::memcpy(copy, memory(), kept.used);
}

// Memory that was never handed out reads as zero, in every execution.
void Arena::restore() noexcept {
  constexpr std::size_t cleared_max = 256 * 1024;
  if (kept.used != 0) std::memcpy(memory(), copy, kept.used);
  const std::size_t cleared = std::min(state.high, kept.used + cleared_max);
  if (cleared > kept.used) std::memset(memory() + kept.used, 0, cleared - kept.used);
  if (state.high > cleared) {
    constexpr std::size_t page = 4096;
    const std::size_t from = (cleared + page - 1) / page * page;
    if (from > cleared) std::memset(memory() + cleared, 0, std::min(from, state.high) - cleared);
    if (state.high > from) ::madvise(memory() + from, state.high - from, MADV_DONTNEED);
  }
  state = kept;
  state.high = kept.used;
}

}  // namespace poolproof::sim::as_is
