#pragma once
// For tests: programs small enough that every interleaving of theirs can be run.

#include <functional>
#include <memory>
#include <mutex>
#include <ostream>
#include <string>
#include <vector>

#include <poolproof/sim/engine/sim_platform.h>

namespace poolproof::sim::small {

using std::chrono::milliseconds;

inline std::string two_counters() {
  SimMutex mutex;
  int counter = 0;
  int first = 0;
  const auto add = [&](int who) {
    for (int i = 0; i < 2; ++i) {
      const std::unique_lock lock(mutex);
      if (++counter == 1) first = who;
    }
  };
  SimThread one([&] { add(1); });
  SimThread two([&] { add(2); });
  one.join();
  two.join();
  return std::to_string(counter) + " first " + std::to_string(first);
}

/// Each on a mutex of its own: every order is equivalent.
inline std::string strangers() {
  SimMutex one, two;
  SimThread first([&] { const std::unique_lock lock(one); });
  SimThread second([&] { const std::unique_lock lock(two); });
  first.join();
  second.join();
  return "done";
}

template <std::size_t Count>
std::string philosophers() {
  SimMutex forks[Count];
  std::vector<SimThread> threads;
  for (std::size_t i = 0; i < Count; ++i) {
    threads.emplace_back([&forks, i] {
      const std::unique_lock left(forks[i]);
      const std::unique_lock right(forks[(i + 1) % Count]);
    });
  }
  for (SimThread& thread : threads)
    thread.join();
  return "ate";
}

/// The notify can come before the wait.
inline std::string lost_wakeup() {
  SimMutex mutex;
  SimConditionVariable condition;
  bool is_ready = false;
  SimThread waiter([&] {
    std::unique_lock lock(mutex);
    if (!is_ready) condition.wait(lock);
  });
  SimThread setter([&] {
    condition.notify_one();
    const std::unique_lock lock(mutex);
    is_ready = true;
  });
  waiter.join();
  setter.join();
  return "woken";
}

inline std::string ping_pong() {
  SimMutex mutex;
  SimConditionVariable condition;
  int turn = 0;
  std::string said;
  const auto play = [&](int me) {
    for (int i = 0; i < 2; ++i) {
      std::unique_lock lock(mutex);
      condition.wait(lock, [&] { return turn == me; });
      said += std::to_string(me);
      turn = 1 - me;
      condition.notify_all();
    }
  };
  SimThread one([&] { play(0); });
  SimThread two([&] { play(1); });
  one.join();
  two.join();
  return said;
}

/// Two of three waiters are woken: which, is the engine's choice.
inline std::string who_is_woken() {
  SimMutex mutex;
  SimConditionVariable condition;
  int tickets = 0;
  std::string said;
  std::vector<SimThread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      std::unique_lock lock(mutex);
      while (tickets == 0)
        condition.wait(lock);
      --tickets;
      said += std::to_string(i);
    });
  }
  for (int i = 0; i < 2; ++i) {
    {
      const std::unique_lock lock(mutex);
      ++tickets;
    }
    condition.notify_one();
  }
  for (SimThread& thread : threads)
    thread.join();
  return said;
}

inline std::string dekker() {
  SimAtomic<int> x{0}, y{0};
  int seen_x = 0, seen_y = 0;
  SimThread one([&] {
    x.store(1);
    seen_y = y.load();
  });
  SimThread two([&] {
    y.store(1);
    seen_x = x.load();
  });
  one.join();
  two.join();
  return std::to_string(seen_x) + std::to_string(seen_y);
}

/// Readers that only read; three writers' values.
inline std::string readers() {
  SimAtomic<int> x{0}, y{0};
  std::string said(2, ' ');
  std::vector<SimThread> threads;
  for (std::size_t i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      const int seen = x.load() + 2 * y.load();
      said[i] = static_cast<char>('0' + seen);
    });
  }
  threads.emplace_back([&] {
    x.store(1);
    y.store(1);
  });
  for (SimThread& thread : threads)
    thread.join();
  return said;
}

inline std::string weak_increments() {
  SimAtomic<int> x{0};
  const auto add = [&] {
    int old = x.load();
    int tries = 0;
    while (tries < 3 && !x.compare_exchange_weak(old, old + 1))
      ++tries;
  };
  SimThread one(add);
  SimThread two(add);
  one.join();
  two.join();
  return std::to_string(x.load());
}

inline std::string atomic_waits() {
  SimAtomic<int> x{0};
  int seen = 0;
  SimThread waiter([&] {
    x.wait(0);
    seen = x.load();
  });
  SimThread setter([&] {
    x.store(1);
    x.notify_one();
    x.store(2);
  });
  waiter.join();
  setter.join();
  return std::to_string(seen);
}

inline std::string semaphores() {
  SimCountingSemaphore<> permits(1);
  SimAtomic<int> inside{0};
  std::string said(3, ' ');
  std::vector<SimThread> threads;
  for (std::size_t i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      permits.acquire();
      said[i] = static_cast<char>('0' + inside.fetch_add(1));
      permits.release();
    });
  }
  threads.emplace_back([&] { said[2] = permits.try_acquire() ? 'y' : 'n'; });
  for (SimThread& thread : threads)
    thread.join();
  return said;
}

inline std::string semaphore_in_time() {
  SimCountingSemaphore<> permits(1);
  std::string said(2, ' ');
  const auto take = [&](std::size_t i, milliseconds hold) {
    const bool has = permits.try_acquire_for(milliseconds(5));
    said[i] = has ? 'y' : 'n';
    if (!has) return;
    this_task::sleep_for(hold);
    permits.release();
  };
  SimThread one([&] { take(0, milliseconds(3)); });
  SimThread two([&] { take(1, milliseconds(7)); });
  one.join();
  two.join();
  return said;
}

/// What a waiter with a deadline sees, and when.
inline std::string racing_timers() {
  SimMutex mutex;
  SimConditionVariable condition;
  bool is_ready = false;
  std::string said;
  SimThread waiter([&] {
    std::unique_lock lock(mutex);
    const bool has = condition.wait_for(lock, milliseconds(5), [&] { return is_ready; });
    said += has ? "ready" : "late";
    said += " at " + std::to_string(Engine::current().read_clock().time_since_epoch().count());
  });
  SimThread sleeper([&] {
    this_task::sleep_for(milliseconds(3));
    {
      const std::unique_lock lock(mutex);
      is_ready = true;
    }
    condition.notify_one();
  });
  waiter.join();
  sleeper.join();
  return said;
}

/// Equal deadlines: the order in which they were set decides.
inline std::string equal_deadlines() {
  SimMutex mutex;
  std::string said;
  std::vector<SimThread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      this_task::sleep_until(Instant(milliseconds(2)));
      const std::unique_lock lock(mutex);
      said += std::to_string(i);
    });
  }
  for (SimThread& thread : threads)
    thread.join();
  return said;
}

inline std::string try_locks() {
  SimMutex mutex;
  SimAtomic<int> got{0};
  const auto attempt = [&] {
    if (!mutex.try_lock()) return;
    got.fetch_add(1);
    mutex.unlock();
  };
  SimThread one(attempt);
  SimThread two(attempt);
  {
    const std::unique_lock lock(mutex);
    got.fetch_add(10);
  }
  one.join();
  two.join();
  return std::to_string(got.load());
}

/// Spins until told, stepping back each time.
inline std::string spinning() {
  SimAtomic<int> flag{0};
  SimAtomic<int> other{0};
  int turns = 0;
  SimThread spinner([&] {
    while (flag.load() == 0 && turns < 3) {
      ++turns;
      this_task::yield();
    }
  });
  SimThread setter([&] {
    other.store(1);
    flag.store(1);
  });
  spinner.join();
  setter.join();
  return std::to_string(turns);
}

inline std::string chances() {
  SimMutex mutex;
  std::string said;
  const auto draw = [&](char who) {
    const std::unique_lock lock(mutex);
    if (Engine::current().chance(1, 2)) said += who;
    said += std::to_string(Engine::current().number(3));
  };
  SimThread one([&] { draw('a'); });
  SimThread two([&] { draw('b'); });
  one.join();
  two.join();
  return said;
}

/// The one that finds the other's half-done work needs two preemptions to do so.
inline std::string planted() {
  SimAtomic<int> x{0};
  bool is_torn = false;
  SimThread writer([&] {
    x.store(1);
    x.store(2);
  });
  SimThread reader([&] { is_torn = x.load() == 1; });
  writer.join();
  reader.join();
  return is_torn ? "torn" : "whole";
}

struct Program {
  const char* name;
  std::string (*run)();
  ExecutionLimits limits = {};

  friend std::ostream& operator<<(std::ostream& out, const Program& program) {
    return out << program.name;
  }
};

inline std::vector<Program> all() {
  return {{"two_counters", &two_counters},
          {"strangers", &strangers},
          {"philosophers", &philosophers<2>},
          {"lost_wakeup", &lost_wakeup},
          {"lost_wakeup with a spurious one", &lost_wakeup, {.spurious_wakeups = 1}},
          {"ping_pong", &ping_pong},
          {"who_is_woken", &who_is_woken},
          {"dekker", &dekker},
          {"readers", &readers},
          {"weak_increments", &weak_increments, {.spurious_cas_failures = 1}},
          {"atomic_waits", &atomic_waits},
          {"semaphores", &semaphores},
          {"semaphore_in_time", &semaphore_in_time},
          {"semaphore_in_patient_time", &semaphore_in_time, {.racing_time = false}},
          {"racing_timers", &racing_timers},
          {"patient_timers", &racing_timers, {.racing_time = false}},
          {"equal_deadlines", &equal_deadlines},
          {"try_locks", &try_locks},
          {"spinning", &spinning},
          {"chances", &chances},
          {"planted", &planted}};
}

}  // namespace poolproof::sim::small
