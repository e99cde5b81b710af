#include <poolproof/sim/as_is/cancellation.h>

#include <pthread.h>
#include <setjmp.h>
#include <unwind.h>

#include <cstdint>
#include <cstdlib>
#include <utility>

#include <poolproof/sim/as_is/inside.h>

namespace poolproof::sim::as_is {
namespace {

// Up to the frame that called the thread's function, which has set down where it is and the way
// back.
_Unwind_Reason_Code go_on(int, _Unwind_Action action, _Unwind_Exception_Class, _Unwind_Exception*,
                          _Unwind_Context* context, void* thread) {
  const Thread& self = *static_cast<const Thread*>(thread);
  // The frame that it lies in is behind us, and still whole.
  if (self.cleanup != nullptr &&
      reinterpret_cast<std::uintptr_t>(self.cleanup) < _Unwind_GetCFA(context))
    siglongjmp(*self.cleanup->place(), 1);
  const bool is_there = (action & _UA_END_OF_STACK) != 0 || _Unwind_GetCFA(context) > self.bottom;
  if (is_there) __builtin_longjmp(self.way_out, 1);
  return _URC_NO_REASON;
}

}  // namespace

void CancellationPoint::obey() {
  Thread& thread = Threads::instance().running();
  if (!thread.is_cancelled || thread.ignores_cancel) return;
  thread.ignores_cancel = true;
  exit_thread(PTHREAD_CANCELED);
}

[[gnu::noinline]] void* run_thread(void* (*function)(void*), void* argument) {
  Thread& thread = Threads::instance().running();
  void* way_out[5]{};
  thread.way_out = way_out;
  thread.bottom = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  // Comes back a second time from exit_thread, by way of go_on().
  if (__builtin_setjmp(way_out) == 0) thread.result = function(argument);
  return Threads::instance().running().result;
}

void exit_thread(void* result) {
  Thread& thread = Threads::instance().running();
  thread.result = result;
  // It lives as long as the unwinding, on the stack that is unwound.
  auto* exception = static_cast<_Unwind_Exception*>(std::calloc(1, sizeof(_Unwind_Exception)));
  _Unwind_ForcedUnwind(exception, &go_on, &thread);
  std::abort();
}

}  // namespace poolproof::sim::as_is

// ---- pthread_cleanup_push and _pop in C code: as macros they call these.

using poolproof::sim::as_is::CleanupBuffer;
using poolproof::sim::as_is::exit_thread;
using poolproof::sim::as_is::is_inside;
using poolproof::sim::as_is::Threads;

extern "C" void __pthread_register_cancel(__pthread_unwind_buf_t* buffer);
extern "C" void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer);
extern "C" void __pthread_register_cancel_defer(__pthread_unwind_buf_t* buffer);
extern "C" void __pthread_unregister_cancel_restore(__pthread_unwind_buf_t* buffer);
extern "C" void __pthread_unwind_next(__pthread_unwind_buf_t* buffer);

namespace {

static_assert(sizeof(CleanupBuffer) == sizeof(__pthread_unwind_buf_t));

void push(__pthread_unwind_buf_t* buffer) noexcept {
  auto* cleanup = reinterpret_cast<CleanupBuffer*>(buffer);
  cleanup->before = std::exchange(Threads::instance().running().cleanup, cleanup);
}
void pop(__pthread_unwind_buf_t* buffer) noexcept {
  Threads::instance().running().cleanup = reinterpret_cast<CleanupBuffer*>(buffer)->before;
}

}  // namespace

POOLPROOF_INTERPOSE void __pthread_register_cancel(__pthread_unwind_buf_t* buffer) {
  is_inside() ? push(buffer) : POOLPROOF_REAL(__pthread_register_cancel)(buffer);
}
POOLPROOF_INTERPOSE void __pthread_unregister_cancel(__pthread_unwind_buf_t* buffer) {
  is_inside() ? pop(buffer) : POOLPROOF_REAL(__pthread_unregister_cancel)(buffer);
}
POOLPROOF_INTERPOSE void __pthread_register_cancel_defer(__pthread_unwind_buf_t* buffer) {
  is_inside() ? push(buffer) : POOLPROOF_REAL(__pthread_register_cancel_defer)(buffer);
}
POOLPROOF_INTERPOSE void __pthread_unregister_cancel_restore(__pthread_unwind_buf_t* buffer) {
  is_inside() ? pop(buffer) : POOLPROOF_REAL(__pthread_unregister_cancel_restore)(buffer);
}
/// Its handler has been called: on to the next.
POOLPROOF_INTERPOSE void __pthread_unwind_next(__pthread_unwind_buf_t* buffer) {
  if (!is_inside()) POOLPROOF_REAL(__pthread_unwind_next)(buffer);
  pop(buffer);
  exit_thread(Threads::instance().running().result);
}
