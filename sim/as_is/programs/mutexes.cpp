// Threads, mutexes of all kinds, and what is done once.

#include <cassert>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

template <class Work>
void in_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back(work);
  for (std::thread& thread : threads)
    thread.join();
}

template <class Mutex>
void excludes() {
  Mutex mutex;
  int inside = 0;
  int done = 0;
  in_threads(3, [&] {
    const std::lock_guard lock(mutex);
    assert(++inside == 1);
    std::this_thread::yield();
    ++done;
    --inside;
  });
  assert(done == 3);
  assert(mutex.try_lock());
  bool other_has_it = true;
  std::thread([&] { other_has_it = mutex.try_lock(); }).join();
  assert(!other_has_it);
  mutex.unlock();
}

template <class Mutex>
void nests() {
  Mutex mutex;
  int done = 0;
  in_threads(2, [&] {
    mutex.lock();
    assert(mutex.try_lock());
    ++done;
    mutex.unlock();
    std::this_thread::yield();
    const int before = done;
    std::this_thread::yield();
    assert(done == before);
    mutex.unlock();
  });
  assert(done == 2);
}

template <class Mutex>
void gives_up() {
  Mutex mutex;
  mutex.lock();
  std::thread([&] {
    const auto begin = std::chrono::steady_clock::now();
    assert(!mutex.try_lock_for(1h));
    assert(std::chrono::steady_clock::now() - begin >= 1h);
    assert(!mutex.try_lock_until(std::chrono::system_clock::now() + 1s));
    assert(!mutex.try_lock_until(std::chrono::steady_clock::now() - 1s));
  }).join();
  mutex.unlock();
  std::thread([&] {
    assert(mutex.try_lock_for(1h));
    mutex.unlock();
  }).join();
}

void both_at_once() {
  std::mutex first;
  std::mutex second;
  int value = 0;
  std::thread other([&] {
    const std::scoped_lock lock(second, first);
    ++value;
  });
  {
    std::unique_lock one(first, std::defer_lock);
    std::unique_lock two(second, std::defer_lock);
    std::lock(one, two);
    ++value;
  }
  other.join();
  assert(value == 2);
}

void once_though_it_throws() {
  std::once_flag flag;
  int calls = 0;
  in_threads(3, [&] {
    try {
      std::call_once(flag, [&] {
        std::this_thread::yield();
        if (++calls == 1) throw std::runtime_error("not yet");
      });
      assert(calls == 2);
    } catch (const std::runtime_error&) {
    }
  });
  std::call_once(flag, [&] { ++calls; });
  assert(calls == 2);
}

void knows_itself() {
  std::thread::id other;
  std::thread thread([&] { other = std::this_thread::get_id(); });
  const auto id = thread.get_id();
  thread.join();
  assert(other == id && other != std::this_thread::get_id());
  assert(!thread.joinable());
  try {
    thread.join();
    assert(false);
  } catch (const std::system_error&) {
  }
  std::thread([] { std::this_thread::sleep_for(1h); }).detach();
}

}  // namespace

int main() {
  excludes<std::mutex>();
  excludes<std::timed_mutex>();
  nests<std::recursive_mutex>();
  nests<std::recursive_timed_mutex>();
  gives_up<std::timed_mutex>();
  gives_up<std::recursive_timed_mutex>();
  both_at_once();
  once_though_it_throws();
  knows_itself();
  return 0;
}
