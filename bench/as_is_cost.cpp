// What it costs to run code as it is: a toy pool over the system's primitives against the same
// pool over SimPlatform, and a lock outside of executions against the C library's own. Ratios, in
// one run. Not google/benchmark, whose variables would be put back between executions.
//
//   as_is_cost [EXECUTIONS]

#include <dlfcn.h>
#include <pthread.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <mutex>
#include <thread>

#include <poolproof/sim/engine/sim_platform.h>
#include <poolproof/sim/explore/random_walk.h>

namespace {

using namespace poolproof;
using namespace poolproof::sim;

struct System {
  using mutex = std::mutex;
  using condition_variable = std::condition_variable;
  using thread = std::thread;
};

/// Two clients, two turns each, one connection.
template <class Platform>
void use_toy_pool() {
  typename Platform::mutex mutex;
  typename Platform::condition_variable returned;
  int idle = 1;
  const auto client = [&] {
    for (int turn = 0; turn < 2; ++turn) {
      {
        std::unique_lock lock(mutex);
        returned.wait(lock, [&] { return idle > 0; });
        --idle;
      }
      {
        const std::lock_guard lock(mutex);
        ++idle;
      }
      returned.notify_one();
    }
  };
  typename Platform::thread one(client);
  typename Platform::thread two(client);
  one.join();
  two.join();
}

struct Cost {
  double execution_ns = 0;
  double steps = 0;
};

double processor_time_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

template <class Work>
double nanoseconds_each(std::uint64_t times, Work work) {
  const double begin = processor_time_ns();
  for (std::uint64_t i = 0; i < times; ++i)
    work(i);
  return (processor_time_ns() - begin) / static_cast<double>(times);
}

Cost cost_of(Engine& engine, std::uint64_t executions, const std::function<void()>& body) {
  RandomWalk walk(1);
  std::uint64_t steps = 0;
  const double each = nanoseconds_each(executions, [&](std::uint64_t i) {
    walk.begin(i);
    steps += engine.run(walk, {}, body).steps;
  });
  return {.execution_ns = each,
          .steps = static_cast<double>(steps) / static_cast<double>(executions)};
}

void compare_toys(std::uint64_t executions) {
  Engine templated;
  Engine hosted;
  hosted.set_host(task_host());
  const auto nothing = [] {};
  const Cost start = cost_of(templated, executions, nothing);
  const Cost toy = cost_of(templated, executions, &use_toy_pool<SimPlatform>);
  const Cost reset = cost_of(hosted, executions, nothing);
  const Cost as_is = cost_of(hosted, executions, &use_toy_pool<System>);
  const double step = (toy.execution_ns - start.execution_ns) / toy.steps;
  const double as_is_step = (as_is.execution_ns - reset.execution_ns) / as_is.steps;
  std::printf("SimPlatform: %.1f steps, %.0f ns an execution, %.1f ns a step\n", toy.steps,
              toy.execution_ns, step);
  std::printf(
      "as it is:    %.1f steps, %.0f ns an execution, %.1f ns a step, %.0f ns to put back\n",
      as_is.steps, as_is.execution_ns, as_is_step, reset.execution_ns);
  std::printf("ratio of a step %.2f, with what is put back %.2f\n", as_is_step / step,
              as_is.execution_ns / as_is.steps / (toy.execution_ns / toy.steps));
}

using Operation = int (*)(pthread_mutex_t*);

void compare_locks(std::uint64_t times) {
  void* library = ::dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
  const auto lock = reinterpret_cast<Operation>(::dlsym(library, "pthread_mutex_lock"));
  const auto unlock = reinterpret_cast<Operation>(::dlsym(library, "pthread_mutex_unlock"));
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  const double direct = nanoseconds_each(times, [&](std::uint64_t) {
    lock(&mutex);
    unlock(&mutex);
  });
  const double interposed = nanoseconds_each(times, [&](std::uint64_t) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
  });
  std::printf(
      "a lock and its unlock outside of executions: %.1f ns, the C library's own %.1f ns\n",
      interposed, direct);
}

}  // namespace

int main(int count, char** arguments) {
  task_host()->harness_begins();
  const std::uint64_t executions = count > 1 ? std::strtoull(arguments[1], nullptr, 10) : 100'000;
  compare_toys(executions);
  compare_locks(100 * executions);
  return 0;
}
