// Futures, promises, tasks and what is done asynchronously.

#include <cassert>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

void asynchronous() {
  auto one = std::async(std::launch::async, [] { return 1; });
  auto two = std::async(std::launch::async, [] {
    std::this_thread::sleep_for(1h);
    return std::string(100, '2');
  });
  auto lazy = std::async(std::launch::deferred, [] { return 3; });
  assert(lazy.wait_for(0s) == std::future_status::deferred);
  assert(one.get() == 1 && two.get().size() == 100 && lazy.get() == 3);
}

void exceptions() {
  auto bad = std::async(std::launch::async, []() -> int { throw std::runtime_error("bad"); });
  try {
    bad.get();
    assert(false);
  } catch (const std::runtime_error& error) {
    assert(error.what() == std::string("bad"));
  }
  std::future<int> orphan = std::promise<int>().get_future();
  try {
    orphan.get();
    assert(false);
  } catch (const std::future_error& error) {
    assert(error.code() == std::future_errc::broken_promise);
  }
}

void promises() {
  std::promise<int> promise;
  auto future = promise.get_future().share();
  const auto begin = std::chrono::steady_clock::now();
  assert(future.wait_for(1h) == std::future_status::timeout);
  assert(future.wait_until(begin + 2h) == std::future_status::timeout);
  assert(future.wait_until(std::chrono::system_clock::now() + 1h) == std::future_status::timeout);
  assert(std::chrono::steady_clock::now() - begin >= 3h);
  std::thread other([future] { assert(future.get() == 7); });
  std::thread giver([&] { promise.set_value_at_thread_exit(7); });
  assert(future.get() == 7);
  other.join();
  giver.join();
}

void packaged() {
  std::packaged_task<int(int)> task([](int x) { return x + 1; });
  auto future = task.get_future();
  std::thread thread(std::move(task), 41);
  assert(future.get() == 42);
  thread.join();
}

}  // namespace

int main() {
  asynchronous();
  exceptions();
  promises();
  packaged();
  return 0;
}
