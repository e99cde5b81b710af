// A hundred threads, each with a place of its own in a table that has 99: the first and the last
// share one, which shows only where both are in it at once. With ENOUGH defined there are 100.

#include <cassert>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

int main() {
  constexpr int count = 100;
#ifdef ENOUGH
  constexpr int places = 100;
#else
  constexpr int places = 99;
#endif
  std::mutex mutex;
  bool is_taken[places] = {};
  std::latch all_there(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      all_there.arrive_and_wait();
      bool& place = is_taken[i % places];
      {
        const std::lock_guard lock(mutex);
        assert(!place);
        place = true;
      }
      const std::lock_guard lock(mutex);
      place = false;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  return 0;
}
