// Waiting on atomics, and what stops a thread.

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace {

template <class T>
void waits_for(T before, T after) {
  std::atomic<T> value(before);
  std::thread waiter([&] {
    value.wait(before);
    assert(value.load() == after);
  });
  value.store(after);
  value.notify_one();
  waiter.join();
}

void flags() {
  std::atomic_flag flag;
  const auto wait = [&] {
    flag.wait(false);
    assert(flag.test());
  };
  std::thread one(wait);
  std::thread two(wait);
  flag.test_and_set();
  flag.notify_all();
  one.join();
  two.join();
}

void stops() {
  std::mutex mutex;
  std::condition_variable_any condition;
  int stopped = 0;
  {
    std::jthread sleeper([&](std::stop_token token) {
      std::unique_lock lock(mutex);
      assert(!condition.wait(lock, token, [] { return false; }));
      assert(token.stop_requested());
      ++stopped;
    });
    std::jthread spinner([](std::stop_token token) {
      while (!token.stop_requested())
        std::this_thread::yield();
    });
    spinner.request_stop();
  }
  assert(stopped == 1);
  std::stop_source source;
  int told = 0;
  const std::stop_callback callback(source.get_token(), [&] { ++told; });
  assert(source.stop_possible() && source.request_stop() && !source.request_stop() && told == 1);
}

}  // namespace

int main() {
  waits_for<int>(0, 1);
  waits_for<char>('a', 'b');
  waits_for<long>(0, 1L << 40);
  waits_for<bool>(false, true);
  int place = 0;
  waits_for<int*>(nullptr, &place);
  flags();
  stops();
  return 0;
}
