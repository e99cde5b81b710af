// A counter that each of a hundred threads adds one to. Not all of it is done under the lock, so
// that one in the middle of the hundred can lose what another has added. With LOCKED defined all
// of it is.

#include <cassert>
#include <mutex>
#include <thread>
#include <vector>

int main() {
  constexpr int count = 100;
  std::mutex mutex;
  int sum = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&] {
#ifdef LOCKED
      const std::lock_guard lock(mutex);
      ++sum;
#else
      int seen = 0;
      {
        const std::lock_guard lock(mutex);
        seen = sum;
      }
      const std::lock_guard lock(mutex);
      sum = seen + 1;
#endif
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  assert(sum == count);
  return 0;
}
