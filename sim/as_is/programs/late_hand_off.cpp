// A waiter with a deadline, and a giver that hands one thing to whoever waits. A waiter that gives
// up leaves its place; where the thing has been put into it already, it is lost. With TAKES_IT
// defined the waiter looks into its place once more.

#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

namespace {

struct Place {
  std::condition_variable filled;
  int thing = 0;
};

std::mutex mutex;
Place* waiting = nullptr;
int idle = 0;

int acquire() {
  std::unique_lock lock(mutex);
  Place place;
  waiting = &place;
  const auto deadline = std::chrono::steady_clock::now() + 1s;
  while (place.thing == 0) {
    if (place.filled.wait_until(lock, deadline) == std::cv_status::no_timeout) continue;
#ifdef TAKES_IT
    if (place.thing != 0) break;
#endif
    waiting = nullptr;
    return 0;
  }
  return place.thing;
}

void release(int thing) {
  const std::lock_guard lock(mutex);
  if (waiting == nullptr) {
    idle = thing;
    return;
  }
  waiting->thing = thing;
  waiting->filled.notify_one();
  waiting = nullptr;
}

}  // namespace

int main() {
  int got = 0;
  std::thread waiter([&] { got = acquire(); });
  std::this_thread::sleep_for(1s);
  release(1);
  waiter.join();
  assert(got + idle == 1);
  return 0;
}
