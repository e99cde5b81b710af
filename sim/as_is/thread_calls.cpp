// Threads of pthreads and C11: each is a task. And what belongs to a thread: its keys' values and
// its thread-local objects.

#include <pthread.h>
#include <sched.h>
#include <sys/types.h>
#include <threads.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <new>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/threads.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

Threads& threads() noexcept {
  return Threads::instance();
}

int create(pthread_t* handle, const pthread_attr_t* attributes, void* (*function)(void*),
           void* argument) {
  int state = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) {
    std::size_t stack_size = 0;
    POOLPROOF_REAL(pthread_attr_getdetachstate)(attributes, &state);
    POOLPROOF_REAL(pthread_attr_getstacksize)(attributes, &stack_size);
    threads().ask_for_stack(stack_size);
  }
  TaskId task{};
  try {
    task = Engine::current().spawn([function, argument] { run_thread(function, argument); });
  } catch (const std::bad_alloc&) {
    return EAGAIN;
  }
  threads().of(task).is_detached = state == PTHREAD_CREATE_DETACHED;
  *handle = threads().handle(task);
  Engine::current().let_begin();
  return 0;
}

enum class Join : std::uint8_t { now, until };

int join(pthread_t handle, void** result, Join how, Instant deadline = Instant::max()) {
  if (deadline == no_instant) return EINVAL;
  const auto task = threads().find(handle);
  if (!task) return ESRCH;
  Engine& engine = Engine::current();
  if (*task == engine.running()) return EDEADLK;
  Thread& thread = threads().of(*task);
  if (thread.is_detached || thread.is_joined) return EINVAL;
  const CancellationPoint point;
  if (how == Join::now && !engine.is_done(*task)) return EBUSY;
  if (!engine.join_until(*task, deadline)) return ETIMEDOUT;
  thread.is_joined = true;
  if (result != nullptr) *result = thread.result;
  return 0;
}

int detach(pthread_t handle) noexcept {
  const auto task = threads().find(handle);
  if (!task) return ESRCH;
  Thread& thread = threads().of(*task);
  if (thread.is_detached || thread.is_joined) return EINVAL;
  thread.is_detached = true;
  return 0;
}

/// A C11 thread's function answers with an int, a POSIX one's with a pointer.
struct C11Start {
  thrd_start_t function;
  void* argument;
};

void* as_pointer(int result) noexcept {
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(result));
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::Instant;
using poolproof::sim::Engine;

POOLPROOF_INTERPOSE int pthread_create(pthread_t* handle, const pthread_attr_t* attributes,
                                       void* (*function)(void*), void* argument) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_create)(handle, attributes, function, argument);
  return create(handle, attributes, function, argument);
}
/// Of the stack that its task has.
POOLPROOF_INTERPOSE int pthread_getattr_np(pthread_t thread, pthread_attr_t* attributes) noexcept {
  const int answer = POOLPROOF_REAL(pthread_getattr_np)(thread, attributes);
  if (answer != 0 || !is_inside()) return answer;
  const auto task = threads().find(thread);
  if (!task) return answer;
  const poolproof::sim::TaskHome home = threads().home_of(*task);
  return POOLPROOF_REAL(pthread_attr_setstack)(attributes, home.stack_bottom, home.stack_size);
}
POOLPROOF_INTERPOSE int pthread_join(pthread_t thread, void** result) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_join)(thread, result);
  return join(thread, result, Join::until);
}
POOLPROOF_INTERPOSE int pthread_tryjoin_np(pthread_t thread, void** result) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_tryjoin_np)(thread, result);
  return join(thread, result, Join::now);
}
POOLPROOF_INTERPOSE int pthread_timedjoin_np(pthread_t thread, void** result,
                                             const timespec* deadline) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_timedjoin_np)(thread, result, deadline);
  return join(thread, result, Join::until, instant_of(CLOCK_REALTIME, *deadline));
}
POOLPROOF_INTERPOSE int pthread_clockjoin_np(pthread_t thread, void** result, clockid_t clock,
                                             const timespec* deadline) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_clockjoin_np)(thread, result, clock, deadline);
  return join(thread, result, Join::until, instant_of(clock, *deadline));
}
POOLPROOF_INTERPOSE int pthread_detach(pthread_t thread) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_detach)(thread);
  return detach(thread);
}
POOLPROOF_INTERPOSE void pthread_exit(void* result) {
  if (!is_inside()) POOLPROOF_REAL(pthread_exit)(result);
  exit_thread(result);
}
POOLPROOF_INTERPOSE int pthread_cancel(pthread_t handle) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_cancel)(handle);
  const auto task = threads().find(handle);
  if (!task) return ESRCH;
  Thread& target = threads().of(*task);
  target.is_cancelled = true;
  if (!target.ignores_cancel) Engine::current().interrupt(*task);
  return 0;
}
POOLPROOF_INTERPOSE int pthread_setcancelstate(int state, int* before) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_setcancelstate)(state, before);
  Thread& thread = threads().running();
  if (before != nullptr)
    *before = thread.ignores_cancel ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
  thread.ignores_cancel = state == PTHREAD_CANCEL_DISABLE;
  return 0;
}
POOLPROOF_INTERPOSE void pthread_testcancel() {
  if (!is_inside()) return POOLPROOF_REAL(pthread_testcancel)();
  const CancellationPoint point;
}
POOLPROOF_INTERPOSE int sched_yield() noexcept {
  if (!is_inside()) return POOLPROOF_REAL(sched_yield)();
  Engine::current().yield();
  return 0;
}
POOLPROOF_INTERPOSE pid_t gettid() noexcept {
  if (!is_inside()) return POOLPROOF_REAL(gettid)();
  const auto task = static_cast<pid_t>(Engine::current().running());
  return task == 0 ? ::getpid() : 100'000'000 + task;
}

// ---- C11

POOLPROOF_INTERPOSE int thrd_create(thrd_t* handle, thrd_start_t function, void* argument) {
  if (!is_inside()) return POOLPROOF_REAL(thrd_create)(handle, function, argument);
  const poolproof::sim::TaskId task =
      Engine::current().spawn([start = C11Start{function, argument}]() mutable {
        run_thread(
            [](void* what) {
              const auto [run, with] = *static_cast<C11Start*>(what);
              return as_pointer(run(with));
            },
            &start);
      });
  *handle = threads().handle(task);
  Engine::current().let_begin();
  return thrd_success;
}
POOLPROOF_INTERPOSE int thrd_join(thrd_t thread, int* result) {
  if (!is_inside()) return POOLPROOF_REAL(thrd_join)(thread, result);
  void* answer = nullptr;
  if (join(thread, &answer, Join::until) != 0) return thrd_error;
  if (result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(answer));
  return thrd_success;
}
POOLPROOF_INTERPOSE int thrd_detach(thrd_t thread) {
  if (!is_inside()) return POOLPROOF_REAL(thrd_detach)(thread);
  return detach(thread) == 0 ? thrd_success : thrd_error;
}
POOLPROOF_INTERPOSE void thrd_exit(int result) {
  if (!is_inside()) POOLPROOF_REAL(thrd_exit)(result);
  exit_thread(as_pointer(result));
}
POOLPROOF_INTERPOSE void thrd_yield() {
  if (!is_inside()) return POOLPROOF_REAL(thrd_yield)();
  Engine::current().yield();
}

// ---- What belongs to a thread. Values under keys are where the C library has them: in the
// thread's descriptor, and each task has one.

POOLPROOF_INTERPOSE int pthread_key_create(pthread_key_t* key, void (*destroy)(void*)) noexcept {
  const bool is_task = is_inside();
  const poolproof::mocks::AllocationFaults::Pause pause;
  // When a task ends, it is not the C library that calls.
  const int answer = POOLPROOF_REAL(pthread_key_create)(key, is_task ? nullptr : destroy);
  if (answer == 0) threads().note_key(*key, destroy, is_task);
  return answer;
}
POOLPROOF_INTERPOSE int pthread_key_delete(pthread_key_t key) noexcept {
  threads().forget_key(key);
  return POOLPROOF_REAL(pthread_key_delete)(key);
}
POOLPROOF_INTERPOSE int pthread_setspecific(pthread_key_t key, const void* value) noexcept {
  if (is_inside()) threads().note_value(key);
  // The C library makes room for many keys with memory of its own.
  const poolproof::mocks::AllocationFaults::Pause pause;
  return POOLPROOF_REAL(pthread_setspecific)(key, value);
}
POOLPROOF_INTERPOSE int tss_create(tss_t* key, tss_dtor_t destroy) {
  if (!is_inside()) return POOLPROOF_REAL(tss_create)(key, destroy);
  return pthread_key_create(key, destroy) == 0 ? thrd_success : thrd_error;
}
POOLPROOF_INTERPOSE int tss_set(tss_t key, void* value) {
  return pthread_setspecific(key, value) == 0 ? thrd_success : thrd_error;
}
POOLPROOF_INTERPOSE void tss_delete(tss_t key) {
  pthread_key_delete(key);
}

extern "C" int __cxa_thread_atexit_impl(void (*function)(void*), void* object, void* library);
POOLPROOF_INTERPOSE int __cxa_thread_atexit_impl(void (*function)(void*), void* object,
                                                 void* library) {
  if (!is_inside()) return POOLPROOF_REAL(__cxa_thread_atexit_impl)(function, object, library);
  const poolproof::mocks::AllocationFaults::Pause pause;
  threads().running().farewells.push_back({function, object});
  return 0;
}
