// Semaphores, latches and barriers.

#include <barrier>
#include <cassert>
#include <chrono>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

void permits() {
  std::counting_semaphore<2> semaphore(2);
  int inside = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      semaphore.acquire();
      assert(++inside <= 2);
      std::this_thread::yield();
      --inside;
      semaphore.release();
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  assert(semaphore.try_acquire() && semaphore.try_acquire());
}

void deadlines() {
  std::binary_semaphore semaphore(0);
  const auto begin = std::chrono::steady_clock::now();
  assert(!semaphore.try_acquire());
  assert(!semaphore.try_acquire_for(1h));
  assert(!semaphore.try_acquire_until(begin + 2h));
  assert(!semaphore.try_acquire_until(std::chrono::system_clock::now() + 1h));
  assert(std::chrono::steady_clock::now() - begin >= 3h);
  std::thread giver([&] { semaphore.release(); });
  semaphore.acquire();
  giver.join();
}

void latches() {
  std::latch ready(2);
  std::latch go(1);
  int arrived = 0;
  const auto work = [&] {
    ++arrived;
    ready.count_down();
    go.wait();
    assert(arrived == 2);
  };
  std::thread one(work);
  std::thread two(work);
  ready.wait();
  assert(ready.try_wait() && arrived == 2 && !go.try_wait());
  go.arrive_and_wait();
  one.join();
  two.join();
}

void barriers() {
  int phases = 0;
  const auto complete = [&]() noexcept { ++phases; };
  std::barrier barrier(3, complete);
  const auto work = [&] {
    barrier.arrive_and_wait();
    assert(phases == 1);
    const auto token = barrier.arrive();
    (void)token;
  };
  std::thread one(work);
  std::thread two([&] {
    barrier.arrive_and_wait();
    assert(phases == 1);
    barrier.arrive_and_drop();
  });
  barrier.arrive_and_wait();
  assert(phases == 1);
  barrier.arrive_and_wait();
  assert(phases == 2);
  one.join();
  two.join();
}

}  // namespace

int main() {
  permits();
  deadlines();
  latches();
  barriers();
  return 0;
}
