// One waits for a job, one gives it; the flag is looked at without the lock, so that the wake-up
// can come between the look and the sleep. With LOCKED defined it cannot.

#include <cassert>
#include <condition_variable>
#include <mutex>
#include <thread>

int main() {
  std::mutex mutex;
  std::condition_variable condition;
  bool is_ready = false;
  std::thread giver([&] {
#ifdef LOCKED
    const std::lock_guard lock(mutex);
#endif
    is_ready = true;
    condition.notify_one();
  });
  {
    std::unique_lock lock(mutex);
    while (!is_ready)
      condition.wait(lock);
  }
  giver.join();
  return 0;
}
