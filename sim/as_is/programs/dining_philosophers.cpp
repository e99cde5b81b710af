// Five philosophers, five forks, left before right. With ORDERED defined the last one takes the
// right one first, and nobody starves.

#include <mutex>
#include <thread>
#include <utility>
#include <vector>

int main() {
  constexpr int seats = 5;
  std::mutex forks[seats];
  std::vector<std::thread> philosophers;
  for (int seat = 0; seat < seats; ++seat) {
    philosophers.emplace_back([&forks, seat] {
      int first = seat;
      int second = (seat + 1) % seats;
#ifdef ORDERED
      if (first > second) std::swap(first, second);
#endif
      const std::lock_guard left(forks[first]);
      const std::lock_guard right(forks[second]);
    });
  }
  for (std::thread& philosopher : philosophers)
    philosopher.join();
  return 0;
}
