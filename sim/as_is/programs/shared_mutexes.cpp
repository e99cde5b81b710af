// Mutexes that many may share.

#include <cassert>
#include <chrono>
#include <mutex>
#include <shared_mutex>
#include <thread>

using namespace std::chrono_literals;

namespace {

template <class Mutex>
void readers_and_writers() {
  Mutex mutex;
  int readers = 0;
  int writers = 0;
  int value = 0;
  const auto read = [&] {
    const std::shared_lock lock(mutex);
    ++readers;
    const int before = value;
    std::this_thread::yield();
    assert(value == before && writers == 0);
    --readers;
  };
  const auto write = [&] {
    const std::unique_lock lock(mutex);
    assert(++writers == 1 && readers == 0);
    std::this_thread::yield();
    ++value;
    --writers;
  };
  std::thread one(read);
  std::thread two(write);
  std::thread three(write);
  read();
  one.join();
  two.join();
  three.join();
  assert(value == 2);
}

template <class Mutex>
void tries() {
  Mutex mutex;
  mutex.lock_shared();
  std::thread([&] {
    assert(!mutex.try_lock());
    assert(mutex.try_lock_shared());
    mutex.unlock_shared();
  }).join();
  mutex.unlock_shared();
  assert(mutex.try_lock());
  std::thread([&] {
    assert(!mutex.try_lock());
    assert(!mutex.try_lock_shared());
  }).join();
  mutex.unlock();
}

void gives_up() {
  std::shared_timed_mutex mutex;
  mutex.lock();
  std::thread([&] {
    const auto begin = std::chrono::steady_clock::now();
    assert(!mutex.try_lock_for(1min));
    assert(!mutex.try_lock_shared_for(1min));
    assert(!mutex.try_lock_until(std::chrono::system_clock::now() + 1min));
    assert(!mutex.try_lock_shared_until(std::chrono::steady_clock::now() + 1min));
    assert(std::chrono::steady_clock::now() - begin >= 4min);
  }).join();
  mutex.unlock();
  assert(mutex.try_lock_shared_for(1s));
  std::thread([&] {
    assert(mutex.try_lock_shared_for(1s));
    mutex.unlock_shared();
    assert(!mutex.try_lock_for(1s));
  }).join();
  mutex.unlock_shared();
}

}  // namespace

int main() {
  readers_and_writers<std::shared_mutex>();
  readers_and_writers<std::shared_timed_mutex>();
  tries<std::shared_mutex>();
  tries<std::shared_timed_mutex>();
  gives_up();
  return 0;
}
