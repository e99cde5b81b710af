#include <poolproof/sim/as_is/lent_thread.h>

#include <linux/futex.h>
#include <pthread.h>
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

// Where a thread's descriptor has its number: found, not known, because it is the C library's
// secret. Functions that name a thread to the kernel would be told that it is dead.
void claim_to_be(int own, int other, std::uintptr_t descriptor) noexcept {
  constexpr std::uintptr_t descriptor_size = 2304;
  for (std::uintptr_t at = descriptor; at < descriptor + descriptor_size; at += sizeof(int)) {
    if (*reinterpret_cast<int*>(at) == own) *reinterpret_cast<int*>(at) = other;
  }
}

constinit std::uintptr_t engine_thread = 0;

}  // namespace

LentThread::LentThread(std::size_t stack_size) {
  const AsEngineThread as_engine;
  pthread_attr_t attributes;
  POOLPROOF_REAL(pthread_attr_init)(&attributes);
  POOLPROOF_REAL(pthread_attr_setstacksize)(&attributes, stack_size);
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
  claim_to_be(static_cast<int>(system_call(SYS_gettid, 0)),
              static_cast<int>(system_call(SYS_getpid, 0)), thread.home_.thread_pointer);
  // The kernel clears the word, and wakes who waits for it, when the thread is gone.
  system_call(SYS_set_tid_address, reinterpret_cast<long>(&thread.is_alive_));
  system_call(SYS_exit, 0);
  __builtin_unreachable();
}

void LentThread::find_storage() {
  storage_.clear();
  for (const Module& module : loaded_modules()) {
    if (module.storage == nullptr || is_c_library(module)) continue;
    storage_.push_back(
        {module.storage, module.storage_begin, module.storage_begin_size, module.storage_size});
  }
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
