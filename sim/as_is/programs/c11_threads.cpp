// The threads of C11.

#include <threads.h>

#include <cassert>
#include <ctime>

namespace {

once_flag once = ONCE_FLAG_INIT;
int initialised = 0;
tss_t key;
int destroyed = 0;
mtx_t mutex;
cnd_t condition;
bool is_ready = false;

timespec after(time_t seconds) {
  timespec time;
  timespec_get(&time, TIME_UTC);
  time.tv_sec += seconds;
  return time;
}

int work(void* number) {
  call_once(&once, [] {
    ++initialised;
    tss_create(&key, [](void*) { ++destroyed; });
  });
  assert(initialised == 1);
  tss_set(key, number);
  mtx_lock(&mutex);
  while (!is_ready)
    cnd_wait(&condition, &mutex);
  mtx_unlock(&mutex);
  assert(tss_get(key) == number);
  return *static_cast<int*>(number);
}

}  // namespace

int main() {
  assert(mtx_init(&mutex, mtx_timed) == thrd_success);
  assert(cnd_init(&condition) == thrd_success);
  int numbers[] = {1, 2};
  thrd_t one;
  thrd_t two;
  assert(thrd_create(&one, work, &numbers[0]) == thrd_success);
  assert(thrd_create(&two, work, &numbers[1]) == thrd_success);
  thrd_yield();
  mtx_lock(&mutex);
  const timespec soon = after(1);
  while (cnd_timedwait(&condition, &mutex, &soon) == thrd_success) {
  }
  is_ready = true;
  mtx_unlock(&mutex);
  cnd_broadcast(&condition);
  int first = 0;
  int second = 0;
  assert(thrd_join(one, &first) == thrd_success && thrd_join(two, &second) == thrd_success);
  assert(first == 1 && second == 2 && destroyed == 2);
  tss_delete(key);

  assert(mtx_trylock(&mutex) == thrd_success);
  thrd_t third;
  thrd_create(
      &third,
      [](void*) -> int {
        const timespec later = after(1);
        assert(mtx_trylock(&mutex) == thrd_busy);
        assert(mtx_timedlock(&mutex, &later) == thrd_timedout);
        assert(!thrd_equal(thrd_current(), thrd_t{}));
        thrd_exit(3);
      },
      nullptr);
  assert(thrd_join(third, &first) == thrd_success && first == 3);
  mtx_unlock(&mutex);
  thrd_t fourth;
  thrd_create(
      &fourth, [](void*) { return 0; }, nullptr);
  assert(thrd_detach(fourth) == thrd_success);
  const timespec hour{.tv_sec = 3600, .tv_nsec = 0};
  assert(thrd_sleep(&hour, nullptr) == 0);
  cnd_signal(&condition);
  cnd_destroy(&condition);
  mtx_destroy(&mutex);
  return 0;
}
