// Condition variables of pthreads and C11, barriers, and what is done once: everything that sleeps
// until another task says so, by address.

#include <pthread.h>
#include <threads.h>

#include <cerrno>

#include <poolproof/sim/as_is/cancellation.h>
#include <poolproof/sim/as_is/inside.h>
#include <poolproof/sim/as_is/objects.h>
#include <poolproof/sim/as_is/virtual_time.h>

namespace poolproof::sim::as_is {
namespace {

WaitState& waiters(const void* address) {
  return objects().at(address, ObjectKind::condition).waiters;
}

/// The clock that deadlines of the condition variable are of: pthread_condattr_setclock's.
clockid_t clock_of(const pthread_cond_t& condition) noexcept {
  return (condition.__data.__wrefs & 2U) != 0 ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

int wait(pthread_cond_t& condition, pthread_mutex_t& mutex, Instant deadline) {
  if (deadline == no_instant) return EINVAL;
  const CancellationPoint point;
  const bool has_timed_out =
      Engine::current().wait(waiters(&condition), mutex_state(mutex), deadline);
  return has_timed_out ? ETIMEDOUT : 0;
}

pthread_cond_t& posix(cnd_t* condition) noexcept {
  return *reinterpret_cast<pthread_cond_t*>(condition);
}
pthread_mutex_t& posix(mtx_t* mutex) noexcept {
  return *reinterpret_cast<pthread_mutex_t*>(mutex);
}

}  // namespace
}  // namespace poolproof::sim::as_is

using namespace poolproof::sim::as_is;
using poolproof::Instant;
using poolproof::sim::Engine;
using poolproof::sim::IntentKind;

POOLPROOF_INTERPOSE int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_cond_wait)(condition, mutex);
  return wait(*condition, *mutex, Instant::max());
}
POOLPROOF_INTERPOSE int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                               const timespec* deadline) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_cond_timedwait)(condition, mutex, deadline);
  return wait(*condition, *mutex, instant_of(clock_of(*condition), *deadline));
}
POOLPROOF_INTERPOSE int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                                               clockid_t clock, const timespec* deadline) {
  if (!is_inside())
    return POOLPROOF_REAL(pthread_cond_clockwait)(condition, mutex, clock, deadline);
  return wait(*condition, *mutex, instant_of(clock, *deadline));
}
POOLPROOF_INTERPOSE int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_cond_signal)(condition);
  Engine::current().notify_one(waiters(condition));
  return 0;
}
POOLPROOF_INTERPOSE int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_cond_broadcast)(condition);
  Engine::current().notify_all(waiters(condition));
  return 0;
}
POOLPROOF_INTERPOSE int pthread_cond_destroy(pthread_cond_t* condition) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_cond_destroy)(condition);
  objects().forget(condition);
  return 0;
}

POOLPROOF_INTERPOSE int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  if (!is_inside()) return POOLPROOF_REAL(cnd_wait)(condition, mutex);
  wait(posix(condition), posix(mutex), Instant::max());
  return thrd_success;
}
POOLPROOF_INTERPOSE int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* deadline) {
  if (!is_inside()) return POOLPROOF_REAL(cnd_timedwait)(condition, mutex, deadline);
  const int answer = wait(posix(condition), posix(mutex), instant_of(CLOCK_REALTIME, *deadline));
  return answer == 0 ? thrd_success : answer == ETIMEDOUT ? thrd_timedout : thrd_error;
}
POOLPROOF_INTERPOSE int cnd_signal(cnd_t* condition) {
  if (!is_inside()) return POOLPROOF_REAL(cnd_signal)(condition);
  Engine::current().notify_one(waiters(condition));
  return thrd_success;
}
POOLPROOF_INTERPOSE int cnd_broadcast(cnd_t* condition) {
  if (!is_inside()) return POOLPROOF_REAL(cnd_broadcast)(condition);
  Engine::current().notify_all(waiters(condition));
  return thrd_success;
}
POOLPROOF_INTERPOSE void cnd_destroy(cnd_t* condition) {
  if (!is_inside()) return POOLPROOF_REAL(cnd_destroy)(condition);
  objects().forget(condition);
}

// ---- Barriers

namespace {

/// How many it waits for stands in its third word, as the C library has it: it may have been made
/// before the execution began.
BarrierState& state_of(pthread_barrier_t& barrier) {
  BarrierState& state = objects().at(&barrier, ObjectKind::barrier).barrier;
  state.count = reinterpret_cast<const unsigned*>(&barrier)[2];
  return state;
}

}  // namespace

POOLPROOF_INTERPOSE int pthread_barrier_init(pthread_barrier_t* barrier,
                                             const pthread_barrierattr_t* attributes,
                                             unsigned count) noexcept {
  if (is_inside()) objects().forget(barrier);
  return POOLPROOF_REAL(pthread_barrier_init)(barrier, attributes, count);
}
POOLPROOF_INTERPOSE int pthread_barrier_wait(pthread_barrier_t* address) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_barrier_wait)(address);
  Engine& engine = Engine::current();
  BarrierState& barrier = state_of(*address);
  engine.touch(barrier, IntentKind::wait);
  if (++barrier.arrived < barrier.count) {
    engine.park(barrier);
    return 0;
  }
  barrier.arrived = 0;
  engine.unpark(barrier, true);
  return PTHREAD_BARRIER_SERIAL_THREAD;
}
POOLPROOF_INTERPOSE int pthread_barrier_destroy(pthread_barrier_t* barrier) noexcept {
  if (!is_inside()) return POOLPROOF_REAL(pthread_barrier_destroy)(barrier);
  objects().forget(barrier);
  return 0;
}

// ---- Once

namespace {

// What the C library writes: 0 not begun, 1 under way (beside the number of forks), 2 done.
constexpr int is_under_way = 1;
constexpr int is_done = 2;

class OnceTurn {
 public:
  OnceTurn(int& word, poolproof::sim::WaitState& waiters) : word_(word), waiters_(waiters) {
    word_ = is_under_way;
  }
  OnceTurn(const OnceTurn&) = delete;
  OnceTurn& operator=(const OnceTurn&) = delete;
  ~OnceTurn() {
    Engine::current().touch_noexcept(waiters_, poolproof::sim::IntentKind::once);
    word_ = has_succeeded_ ? is_done : 0;
    Engine::current().unpark(waiters_, true);
  }
  void succeed() noexcept { has_succeeded_ = true; }

 private:
  int& word_;
  poolproof::sim::WaitState& waiters_;
  bool has_succeeded_ = false;
};

int once(int& word, void (*function)()) {
  if (word == is_done) return 0;
  auto& state = objects().at(&word, ObjectKind::word).waiters;
  Engine::current().touch(state, IntentKind::once);
  while (word == is_under_way)
    Engine::current().park(state);
  if (word == is_done) return 0;
  OnceTurn turn(word, state);
  function();
  turn.succeed();
  return 0;
}

}  // namespace

POOLPROOF_INTERPOSE int pthread_once(pthread_once_t* control, void (*function)()) {
  if (!is_inside()) return POOLPROOF_REAL(pthread_once)(control, function);
  return once(*control, function);
}
POOLPROOF_INTERPOSE void call_once(once_flag* flag, void (*function)()) {
  if (!is_inside()) return POOLPROOF_REAL(call_once)(flag, function);
  once(*reinterpret_cast<int*>(flag), function);
}

// ---- The compiler's: a local static variable's first use. The first byte says that it is there,
// the second that it is being made.

extern "C" int __cxa_guard_acquire(char* guard);
extern "C" void __cxa_guard_release(char* guard);
extern "C" void __cxa_guard_abort(char* guard);

POOLPROOF_INTERPOSE int __cxa_guard_acquire(char* guard) {
  if (!is_inside()) return POOLPROOF_REAL(__cxa_guard_acquire)(guard);
  if (guard[0] != 0) return 0;
  auto& state = objects().at(guard, ObjectKind::word).waiters;
  Engine::current().touch(state, IntentKind::once);
  while (guard[0] == 0 && guard[1] != 0)
    Engine::current().park(state);
  if (guard[0] != 0) return 0;
  guard[1] = 1;
  return 1;
}
namespace {
void let_go_of(char* guard, bool is_made) {
  auto& state = objects().at(guard, ObjectKind::word).waiters;
  Engine::current().touch_noexcept(state, IntentKind::once);
  guard[0] = is_made ? 1 : 0;
  guard[1] = 0;
  Engine::current().unpark(state, true);
}
}  // namespace
POOLPROOF_INTERPOSE void __cxa_guard_release(char* guard) {
  if (!is_inside()) return POOLPROOF_REAL(__cxa_guard_release)(guard);
  let_go_of(guard, true);
}
POOLPROOF_INTERPOSE void __cxa_guard_abort(char* guard) {
  if (!is_inside()) return POOLPROOF_REAL(__cxa_guard_abort)(guard);
  let_go_of(guard, false);
}
