#include <poolproof/sim/engine/fiber.h>

#include <cxxabi.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
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

#if defined(__x86_64__)
std::uintptr_t thread_pointer() noexcept {
  std::uintptr_t pointer = 0;
  asm volatile("movq %%fs:0, %0" : "=r"(pointer));
  return pointer;
}

/// Whether the kernel lets a program write the register itself.
const bool has_fsgsbase = (getauxval(AT_HWCAP2) & 2U) != 0;

void set_thread_pointer(std::uintptr_t pointer) noexcept {
  if (has_fsgsbase) {
    asm volatile("wrfsbase %0" : : "r"(pointer) : "memory");
    return;
  }
  constexpr long arch_set_fs = 0x1002;
  long answer = SYS_arch_prctl;
  asm volatile("syscall" : "+a"(answer) : "D"(arch_set_fs), "S"(pointer) : "rcx", "r11", "memory");
}
#elif defined(__aarch64__)
std::uintptr_t thread_pointer() noexcept {
  std::uintptr_t pointer = 0;
  asm volatile("mrs %0, tpidr_el0" : "=r"(pointer));
  return pointer;
}
void set_thread_pointer(std::uintptr_t pointer) noexcept {
  asm volatile("msr tpidr_el0, %0" : : "r"(pointer) : "memory");
}
#else
#error "fibers with thread-local storage of their own need x86-64 or AArch64"
#endif

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
  thread_pointer_ = 0;
  if constexpr (under_tsan) race_fiber_ = __tsan_get_current_fiber();
}

void Fiber::create_in(const TaskHome& home, Entry entry, void* argument) noexcept {
  runtime_ = nullptr;  // In storage of its own.
  entry_ = entry;
  argument_ = argument;
  stack_bottom_ = home.stack_bottom;
  stack_bytes_ = home.stack_size;
  thread_pointer_ = home.thread_pointer;
  is_at_home_ = true;
  context_ = context::make_fcontext(home.stack_bottom + home.stack_size, home.stack_size,
                                    &FiberStart::run);
}

void Fiber::use_thread_pointer(std::uintptr_t pointer) noexcept {
  set_thread_pointer(pointer);
}

// The canary of the stack protector is the same in all threads' storage; nothing else is read from
// it between here and the jump.
void Fiber::change_storage(const Fiber& to) noexcept {
  running_thread_pointer_ = to.is_at_home_ ? to.thread_pointer_ : 0;
  set_thread_pointer(to.thread_pointer_);
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
  if (from.is_at_home_ || to.is_at_home_) {
    if (from.thread_pointer_ == 0) from.thread_pointer_ = thread_pointer();
    change_storage(to);
  } else {
    from.exceptions_ = *from.runtime_;
    *from.runtime_ = to.exceptions_;
  }
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
