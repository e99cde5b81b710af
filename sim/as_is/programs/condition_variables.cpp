// Condition variables: both kinds, deadlines of both clocks, and the end of a thread.

#include <cassert>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <thread>

using namespace std::chrono_literals;

namespace {

template <class Condition, class Mutex>
void a_queue() {
  Mutex mutex;
  Condition not_empty;
  Condition not_full;
  std::deque<int> queue;
  int sum = 0;
  const auto take = [&] {
    for (int i = 0; i < 2; ++i) {
      std::unique_lock lock(mutex);
      not_empty.wait(lock, [&] { return !queue.empty(); });
      sum += queue.front();
      queue.pop_front();
      not_full.notify_one();
    }
  };
  std::thread one(take);
  std::thread two(take);
  for (int i = 1; i <= 4; ++i) {
    std::unique_lock lock(mutex);
    while (queue.size() == 1)
      not_full.wait(lock);
    queue.push_back(i);
    lock.unlock();
    not_empty.notify_one();
  }
  one.join();
  two.join();
  assert(sum == 10 && queue.empty());
}

template <class Condition>
void nobody_comes() {
  std::mutex mutex;
  Condition condition;
  std::unique_lock lock(mutex);
  const auto begin = std::chrono::steady_clock::now();
  const auto calendar = std::chrono::system_clock::now();
  assert(!condition.wait_for(lock, 1h, [] { return false; }));
  assert(!condition.wait_until(lock, begin + 2h, [] { return false; }));
  assert(!condition.wait_until(lock, calendar + 3h, [] { return false; }));
  assert(std::chrono::steady_clock::now() - begin >= 3h);
  assert(condition.wait_until(lock, begin, [] { return true; }));
  assert(condition.wait_until(lock, begin) == std::cv_status::timeout);
  assert(lock.owns_lock());
}

void all_are_woken() {
  std::mutex mutex;
  std::condition_variable condition;
  bool go = false;
  int gone = 0;
  const auto wait = [&] {
    std::unique_lock lock(mutex);
    condition.wait(lock, [&] { return go; });
    ++gone;
  };
  std::thread one(wait);
  std::thread two(wait);
  {
    const std::lock_guard lock(mutex);
    go = true;
  }
  condition.notify_all();
  one.join();
  two.join();
  assert(gone == 2);
}

void with_a_shared_mutex() {
  std::shared_mutex mutex;
  std::condition_variable_any condition;
  bool go = false;
  std::thread reader([&] {
    std::shared_lock lock(mutex);
    condition.wait(lock, [&] { return go; });
    assert(lock.owns_lock());
  });
  {
    const std::unique_lock lock(mutex);
    go = true;
  }
  condition.notify_one();
  reader.join();
}

void when_a_thread_ends() {
  std::mutex mutex;
  std::condition_variable condition;
  bool has_ended = false;
  std::thread thread([&] {
    std::unique_lock lock(mutex);
    has_ended = true;
    std::notify_all_at_thread_exit(condition, std::move(lock));
  });
  {
    std::unique_lock lock(mutex);
    condition.wait(lock, [&] { return has_ended; });
  }
  thread.join();
}

}  // namespace

int main() {
  a_queue<std::condition_variable, std::mutex>();
  a_queue<std::condition_variable_any, std::mutex>();
  a_queue<std::condition_variable_any, std::shared_mutex>();
  nobody_comes<std::condition_variable>();
  nobody_comes<std::condition_variable_any>();
  all_are_woken();
  with_a_shared_mutex();
  when_a_thread_ends();
  return 0;
}
