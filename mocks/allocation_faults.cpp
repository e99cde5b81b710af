#include <poolproof/mocks/allocation_faults.h>

#include <cstddef>
#include <cstdlib>
#include <new>

// The operators live in the same file as the rest, so that whoever uses AllocationFaults gets them
// from the archive.

namespace poolproof::mocks {
namespace {

struct Countdown {
  AllocationState state = AllocationState::off;
  std::uint64_t count = 0;
  std::uint64_t failing = 0;  // 0: none
};

constinit thread_local Countdown countdown;

bool count_and_judge() noexcept {
  return ++countdown.count == countdown.failing;
}

/// Whether this allocation is the one that fails.
bool strikes() noexcept {
  if (countdown.state != AllocationState::watching) [[likely]]
    return false;
  return count_and_judge();
}

constexpr std::size_t plain_alignment = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

void* memory(std::size_t size, std::size_t alignment) noexcept {
  if (alignment <= plain_alignment) return std::malloc(size == 0 ? 1 : size);
  void* found = nullptr;
  return posix_memalign(&found, alignment, size == 0 ? 1 : size) == 0 ? found : nullptr;
}

/// As the standard asks of operator new: the program's new_handler is tried while there is one.
void* allocate(std::size_t size, std::size_t alignment = plain_alignment) {
  if (strikes()) throw std::bad_alloc();
  while (true) {
    if (void* const found = memory(size, alignment)) [[likely]]
      return found;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
  }
}

void* allocate_or_null(std::size_t size, std::size_t alignment = plain_alignment) noexcept {
  try {
    return allocate(size, alignment);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

void AllocationFaults::arm(std::uint64_t n) noexcept {
  countdown.count = 0;
  countdown.failing = n;
}
void AllocationFaults::disarm() noexcept {
  countdown.failing = 0;
}
std::uint64_t AllocationFaults::count() noexcept {
  return countdown.count;
}

bool AllocationFaults::is_paused() noexcept {
  return countdown.state == AllocationState::paused;
}

AllocationFaults::Switch::Switch(AllocationState state) noexcept : before_(countdown.state) {
  countdown.state = state;
}
AllocationFaults::Switch::~Switch() {
  countdown.state = before_;
}

namespace {
std::size_t number(std::align_val_t alignment) {
  return static_cast<std::size_t>(alignment);
}
}  // namespace

}  // namespace poolproof::mocks

using poolproof::mocks::allocate;
using poolproof::mocks::allocate_or_null;
using poolproof::mocks::number;

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void* operator new(std::size_t size, std::align_val_t a) {
  return allocate(size, number(a));
}
void* operator new[](std::size_t size, std::align_val_t a) {
  return allocate(size, number(a));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate_or_null(size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return allocate_or_null(size);
}
void* operator new(std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return allocate_or_null(size, number(a));
}
void* operator new[](std::size_t size, std::align_val_t a, const std::nothrow_t&) noexcept {
  return allocate_or_null(size, number(a));
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept {
  std::free(memory);
}
