#include <poolproof/sim/as_is/lent_thread.h>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <new>

#include <poolproof/core/ensure.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/modules.h>
#include <poolproof/sim/engine/fiber.h>

namespace poolproof::sim::as_is {
namespace {

/// A system call that nobody interposes, and that touches neither errno nor the stack protector.
long system_call(long number, long a, long b = 0, long c = 0, long d = 0) noexcept {
#if defined(__x86_64__)
  long answer = number;
  register long r10 asm("r10") = d;
  asm volatile("syscall"
               : "+a"(answer)
               : "D"(a), "S"(b), "d"(c), "r"(r10)
               : "rcx", "r11", "memory");
  return answer;
#else
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  asm volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
#endif
}

int number_of_thread() noexcept {
  return static_cast<int>(system_call(SYS_gettid, 0));
}
int number_of_process() noexcept {
  return static_cast<int>(system_call(SYS_getpid, 0));
}

// At the same addresses in every process, for what a program makes of a thread's id, which is one.
// Not the C library's own stacks: a process that is forked takes those of all other threads for
// free.
char* map_stack(std::size_t size) {
  constexpr std::size_t guard = 4096;
  constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK;
  static constinit std::uintptr_t next = 0x2100'0000'0000;
  void* at = ::mmap(reinterpret_cast<void*>(next), guard + size, PROT_READ | PROT_WRITE,
                    flags | MAP_FIXED_NOREPLACE, -1, 0);
  if (at == MAP_FAILED) at = ::mmap(nullptr, guard + size, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  next += guard + size;
  ::mprotect(at, guard, PROT_NONE);
  return static_cast<char*>(at) + guard;
}

constinit std::uintptr_t engine_thread = 0;

}  // namespace

LentThread::LentThread(std::size_t stack_size) {
  const AsEngineThread as_engine;
  pthread_attr_t attributes;
  POOLPROOF_REAL(pthread_attr_init)(&attributes);
  POOLPROOF_REAL(pthread_attr_setstack)(&attributes, map_stack(stack_size), stack_size);
  pthread_t thread{};
  const int failed = POOLPROOF_REAL(pthread_create)(&thread, &attributes, &become_lent, this);
  POOLPROOF_REAL(pthread_attr_destroy)(&attributes);
  if (failed != 0) throw std::bad_alloc();
  while (is_alive_ != 0)
    system_call(SYS_futex, reinterpret_cast<long>(&is_alive_), FUTEX_WAIT, 1);
}

void* LentThread::become_lent(void* self) {
  auto& thread = *static_cast<LentThread*>(self);
  thread.home_.thread_pointer = thread_pointer();
  thread.find_storage();
  pthread_attr_t attributes;
  void* bottom = nullptr;
  std::size_t size = 0;
  POOLPROOF_REAL(pthread_getattr_np)(pthread_self(), &attributes);
  POOLPROOF_REAL(pthread_attr_getstack)(&attributes, &bottom, &size);
  POOLPROOF_REAL(pthread_attr_destroy)(&attributes);
  // Below this frame: what lies above belongs to the descriptor.
  char* top = static_cast<char*>(__builtin_frame_address(0)) - 1024;
  thread.home_.stack_bottom = static_cast<char*>(bottom);
  thread.home_.stack_size =
      static_cast<std::size_t>(top - thread.home_.stack_bottom) & ~std::size_t{63};
  thread.find_numbers();
  thread.process_begins();
  // The kernel clears the word, and wakes who waits for it, when the thread is gone.
  system_call(SYS_set_tid_address, reinterpret_cast<long>(&thread.is_alive_));
  system_call(SYS_exit, 0);
  __builtin_unreachable();
}

// Found, not known, because where it is is the C library's secret.
void LentThread::find_numbers() {
  constexpr std::uintptr_t descriptor_size = 2304;
  const std::uintptr_t begin = home_.thread_pointer;
  const int own = number_of_thread();
  for (std::uintptr_t at = begin; at < begin + descriptor_size; at += sizeof(int)) {
    auto* number = reinterpret_cast<int*>(at);
    if (*number == own) numbers_.push_back(number);
  }
}

void LentThread::process_begins() noexcept {
  for (int* number : numbers_)
    *number = number_of_process();
}

void LentThread::find_storage() {
  storage_.clear();
  for (const Module& module : loaded_modules()) {
    if (module.storage == nullptr || is_c_library(module)) continue;
    storage_.push_back(
        {module.storage, module.storage_begin, module.storage_begin_size, module.storage_size});
  }
}

// The one it was started with stays: its descriptor and storage lie on top of it.
void LentThread::have_stack(std::size_t bytes) {
  if (bytes <= home_.stack_size) return;
  constexpr std::size_t page = 4096;
  const std::size_t size = (bytes + 2 * page - 1) / page * page;
  home_.stack_bottom = map_stack(size);
  home_.stack_size = size;
}

void LentThread::restore() noexcept {
  for (const Storage& one : storage_) {
    std::memcpy(one.at, one.begin, one.begin_size);
    std::memset(one.at + one.begin_size, 0, one.size - one.begin_size);
  }
}

AsEngineThread::AsEngineThread() noexcept : before_(thread_pointer()) {
  ensure(engine_thread != 0);
  Fiber::use_thread_pointer(engine_thread);
}

AsEngineThread::~AsEngineThread() {
  Fiber::use_thread_pointer(before_);
}

void AsEngineThread::is_this() noexcept {
  engine_thread = thread_pointer();
}

}  // namespace poolproof::sim::as_is
