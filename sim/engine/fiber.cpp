#include <poolproof/sim/engine/fiber.h>

#include <cxxabi.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/context/detail/fcontext.hpp>
#include <new>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/engine/watch.h>

extern "C" {
void* __tsan_get_current_fiber();
void* __tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void* fiber);
void __tsan_switch_to_fiber(void* fiber, unsigned flags);
void __sanitizer_start_switch_fiber(void** fake_stack_save, const void* bottom, std::size_t size);
void __sanitizer_finish_switch_fiber(void* fake_stack_save, const void** bottom_old,
                                     std::size_t* size_old);
void __asan_unpoison_memory_region(const volatile void* begin, std::size_t size);
void __lsan_register_root_region(const void* begin, std::size_t size);
}

namespace poolproof::sim {

namespace context = boost::context::detail;

namespace {

struct Jump {
  Fiber* from;
  Fiber* to;
};

}  // namespace

struct FiberStart {
  __attribute__((no_sanitize("thread"))) static void run(context::transfer_t transfer) {
    const auto& jump = *static_cast<const Jump*>(transfer.data);
    Fiber* from = jump.from;
    from->context_ = transfer.fctx;
    Fiber& self = *jump.to;
    if constexpr (under_asan) {
      __sanitizer_finish_switch_fiber(nullptr, &from->stack_bottom_, &from->stack_bytes_);
    }
    self.entry_(self.argument_);
  }
};

void Fiber::adopt_thread() noexcept {
  runtime_ = reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
  if constexpr (under_tsan) race_fiber_ = __tsan_get_current_fiber();
}

void Fiber::create(Entry entry, void* argument) {
  destroy();
  runtime_ = reinterpret_cast<Exceptions*>(abi::__cxa_get_globals());
  entry_ = entry;
  argument_ = argument;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* mapping = mmap(nullptr, stack_size + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  mprotect(mapping, page, PROT_NONE);
  mapping_ = mapping;
  char* bottom = static_cast<char*>(mapping) + page;
  stack_bottom_ = bottom;
  stack_bytes_ = stack_size;
  // What AddressSanitizer knew of a stack that was mapped here before does not hold for this one.
  if constexpr (under_asan) __asan_unpoison_memory_region(bottom, stack_size);
  context_ = context::make_fcontext(bottom + stack_size, stack_size, &FiberStart::run);
  if constexpr (under_tsan) race_fiber_ = __tsan_create_fiber(0);
}

void Fiber::destroy() noexcept {
  if (mapping_ == nullptr) return;
  if constexpr (under_tsan) __tsan_destroy_fiber(race_fiber_);
  munmap(mapping_, stack_size + static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
  mapping_ = nullptr;
  context_ = nullptr;
}

__attribute__((no_sanitize("thread"))) void Fiber::show_as(const Fiber& fiber) noexcept {
  if constexpr (under_tsan) __tsan_switch_to_fiber(fiber.race_fiber_, 1 /* no synchronisation */);
}

void Fiber::abandon() noexcept {
  if constexpr (under_asan) __lsan_register_root_region(stack_bottom_, stack_bytes_);
  mapping_ = nullptr;
  context_ = nullptr;
  fake_stack_ = nullptr;
  exceptions_ = {};
}

__attribute__((no_sanitize("thread"))) void Fiber::switch_between(Fiber& from,
                                                                  Fiber& to) noexcept {
  from.exceptions_ = *from.runtime_;
  *from.runtime_ = to.exceptions_;
  if constexpr (under_asan) {
    __sanitizer_start_switch_fiber(&from.fake_stack_, to.stack_bottom_, to.stack_bytes_);
  }
  if constexpr (under_tsan) __tsan_switch_to_fiber(to.race_fiber_, 1 /* no synchronisation */);
  Jump jump{&from, &to};
  const context::transfer_t transfer = context::jump_fcontext(to.context_, &jump);
  // Somebody came back to us: keep where they stopped.
  Fiber& came_from = *static_cast<const Jump*>(transfer.data)->from;
  came_from.context_ = transfer.fctx;
  if constexpr (under_asan) {
    __sanitizer_finish_switch_fiber(from.fake_stack_, &came_from.stack_bottom_,
                                    &came_from.stack_bytes_);
  }
}

}  // namespace poolproof::sim
