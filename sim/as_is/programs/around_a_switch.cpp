// What belongs to a thread although nobody locks it: exceptions under way, thread-local objects,
// errno, local statics, chance, and another process.

#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

void exceptions(int self) {
  try {
    try {
      throw std::runtime_error(std::to_string(self));
    } catch (const std::exception& error) {
      std::this_thread::yield();
      assert(error.what() == std::to_string(self));
      assert(std::uncaught_exceptions() == 0);
      throw;
    }
  } catch (...) {
    const std::exception_ptr held = std::current_exception();
    std::this_thread::yield();
    try {
      std::rethrow_exception(held);
    } catch (const std::runtime_error& error) {
      assert(error.what() == std::to_string(self));
    }
  }
}

struct YieldsWhenLeft {
  ~YieldsWhenLeft() {
    const int before = std::uncaught_exceptions();
    std::this_thread::yield();
    assert(std::uncaught_exceptions() == before && before == 1);
  }
};

void unwinding() {
  try {
    const YieldsWhenLeft left;
    throw 5;
  } catch (int five) {
    assert(five == 5);
  }
}

int destroyed = 0;

struct Counted {
  int value = 7;
  Counted() { std::this_thread::yield(); }
  ~Counted() {
    std::this_thread::yield();
    ++destroyed;
  }
};

thread_local Counted counted;
thread_local int plain = 3;
thread_local std::unique_ptr<std::string> text;

void thread_locals(int self) {
  assert(plain == 3 && text == nullptr && counted.value == 7);
  plain = self;
  counted.value = self;
  text = std::make_unique<std::string>(50, static_cast<char>('a' + self));
  std::this_thread::yield();
  assert(plain == self && counted.value == self && text->front() == 'a' + self);
}

void error_numbers(int self) {
  errno = 100 + self;
  std::this_thread::yield();
  assert(errno == 100 + self);
}

int made = 0;

struct Slow {
  Slow() {
    std::this_thread::yield();
    ++made;
  }
};

void local_statics() {
  static const Slow slow;
  static const std::string word(40, 'w');
  assert(made == 1 && word.size() == 40);
}

void by_chance() {
  std::random_device device;
  const unsigned one = device();
  const unsigned two = device();
  unsigned long three = 0;
  assert(getrandom(&three, sizeof three, 0) == sizeof three);
  assert(one != two || three != 0);
  if (one % 2 == 0) std::this_thread::yield();
}

void another_process() {
  const pid_t child = fork();
  assert(child >= 0);
  if (child == 0) _exit(plain == 3 ? 42 : 1);
  int status = 0;
  assert(waitpid(child, &status, 0) == child);
  assert(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

}  // namespace

int main() {
  std::vector<std::thread> threads;
  for (int i = 1; i <= 3; ++i) {
    threads.emplace_back([i] {
      exceptions(i);
      unwinding();
      thread_locals(i);
      error_numbers(i);
      local_statics();
      by_chance();
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  assert(destroyed == 3);
  // A process each time is slow.
  if (std::getenv("WITH_FORK") != nullptr) another_process();
  return 0;
}
