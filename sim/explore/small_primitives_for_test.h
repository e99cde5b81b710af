#pragma once
// For tests: more small programs, of the primitives that are made of touch() and unpark().

#include <poolproof/sim/explore/small_programs_for_test.h>

#include <array>
#include <atomic>
#include <shared_mutex>

namespace poolproof::sim::small {

/// What tasks say in turn, also two that nothing orders. Saying it is no scheduling point.
class Said {
 public:
  Said& operator+=(char character) {
    text_[size_.fetch_add(1)] = character;
    return *this;
  }
  /// Once all have ended.
  [[nodiscard]] std::string text() const { return {text_.data(), size_}; }

 private:
  std::atomic<std::size_t> size_{0};
  std::array<char, 8> text_{};
};

inline std::string readers_and_writer() {
  SimSharedMutex mutex;
  int value = 0;
  Said seen;
  const auto read = [&](char who) {
    const std::shared_lock lock(mutex);
    seen += who;
    seen += value == 0 ? '0' : '1';
  };
  SimThread writer([&] {
    const std::unique_lock lock(mutex);
    value = 1;
  });
  SimThread reader([&] { read('a'); });
  read('m');
  writer.join();
  reader.join();
  return seen.text();
}

inline std::string timed_lock() {
  SimTimedMutex mutex;
  SimThread holder([&] {
    const std::unique_lock lock(mutex);
    this_task::yield();
  });
  const bool got = mutex.try_lock_for(milliseconds(1));
  if (got) mutex.unlock();
  const bool got_at_once = mutex.try_lock();
  if (got_at_once) mutex.unlock();
  holder.join();
  return std::string(got ? "got" : "timed out") + (got_at_once ? ", free" : ", held");
}

inline std::string recursive_locks() {
  SimRecursiveMutex mutex;
  std::string order;
  const auto enter = [&](char who) {
    const std::unique_lock outer(mutex);
    order += who;
    const std::unique_lock inner(mutex);
    order += who;
  };
  SimThread a([&] { enter('a'); });
  SimThread b([&] { enter('b'); });
  a.join();
  b.join();
  return order;
}

inline std::string latched() {
  SimLatch latch(2);
  std::atomic<int> done = 0;
  std::string seen;
  SimThread a([&] {
    ++done;
    latch.count_down();
  });
  SimThread b([&] {
    seen += latch.try_wait() ? "open" : "shut";
    ++done;
    latch.arrive_and_wait();
  });
  latch.wait();
  seen += std::to_string(done);
  a.join();
  b.join();
  return seen;
}

inline std::string phases() {
  Said order;
  SimBarrier barrier(2, [&order] { order += '|'; });
  const auto work = [&](char who) {
    order += who;
    barrier.arrive_and_wait();
    order += who;
  };
  SimThread a([&] { work('a'); });
  work('m');
  a.join();
  return order.text();
}

/// The first attempt fails, and leaves it to another.
inline std::string once() {
  SimOnceFlag flag;
  int attempts = 0;
  std::string who;
  const auto call = [&](char name) {
    try {
      SimPlatform::call_once(flag, [&] {
        if (++attempts == 1) throw name;
        who += name;
      });
    } catch (char failed) {
      who += failed;
      who += '!';
    }
  };
  SimThread a([&] { call('a'); });
  SimThread b([&] { call('b'); });
  a.join();
  b.join();
  return who;
}

inline std::string any_condition() {
  SimSharedMutex mutex;
  SimConditionVariableAny changed;
  bool is_set = false;
  SimThread setter([&] {
    {
      const std::unique_lock lock(mutex);
      is_set = true;
    }
    changed.notify_one();
  });
  std::shared_lock lock(mutex);
  const bool in_time = changed.wait_for(lock, milliseconds(1), [&] { return is_set; });
  lock.unlock();
  setter.join();
  return in_time ? "set" : "timed out";
}

inline std::string referred() {
  int value = 0;
  SimThread a([&] { SimAtomicRef(value).fetch_add(1); });
  SimThread b([&] { SimAtomicRef(value).store(5); });
  a.join();
  b.join();
  return std::to_string(SimAtomicRef(value).load());
}

inline std::string flags() {
  SimAtomicFlag flag;
  std::string first;
  const auto take = [&](char who) {
    if (!flag.test_and_set()) first = who;
    flag.notify_all();
  };
  SimThread a([&] { take('a'); });
  SimThread b([&] { take('b'); });
  flag.wait(false);
  a.join();
  b.join();
  return first + (flag.test() ? " set" : " clear");
}

/// The engine's own, of which code as it is has its read-write locks.
inline std::string gates() {
  Engine& engine = Engine::current();
  SharedMutexState mutex;
  Said order;
  SimThread writer([&] {
    engine.lock_until(mutex, Instant::max());
    order += 'w';
    engine.unlock(mutex);
  });
  const auto read = [&](char who) {
    engine.lock_shared_until(mutex, Instant::max());
    order += who;
    engine.unlock(mutex);
  };
  SimThread a([&] { read('a'); });
  SimThread b([&] { read('b'); });
  writer.join();
  a.join();
  b.join();
  return order.text();
}

inline std::string gates_that_close() {
  Engine& engine = Engine::current();
  SharedMutexState mutex;
  std::string seen;
  SimThread reader([&] {
    engine.lock_shared_until(mutex, Instant::max());
    engine.unlock(mutex);
  });
  seen += engine.lock_until(mutex, Instant{}) ? "got" : "refused";
  if (seen == "got") engine.unlock(mutex);
  reader.join();
  return seen;
}

inline std::vector<Program> all_of_primitives() {
  return {{"gates", &gates},
          {"gates_that_close", &gates_that_close},
          {"readers_and_writer", &readers_and_writer},
          {"timed_lock", &timed_lock},
          {"timed_lock_in_patient_time", &timed_lock, {.racing_time = false}},
          {"recursive_locks", &recursive_locks},
          {"latched", &latched},
          {"phases", &phases},
          {"once", &once},
          {"any_condition", &any_condition},
          {"referred", &referred},
          {"flags", &flags}};
}

}  // namespace poolproof::sim::small
