#include <poolproof/sim/as_is/cancellation.h>

#include <pthread.h>
#include <unwind.h>

#include <cstdint>
#include <cstdlib>

#include <poolproof/sim/as_is/inside.h>

namespace poolproof::sim::as_is {
namespace {

// Up to the frame that called the thread's function, which has set down where it is and the way
// back.
_Unwind_Reason_Code go_on(int, _Unwind_Action action, _Unwind_Exception_Class, _Unwind_Exception*,
                          _Unwind_Context* context, void* thread) {
  const Thread& self = *static_cast<const Thread*>(thread);
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
