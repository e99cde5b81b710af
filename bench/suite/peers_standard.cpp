// What one writes with the standard library alone.

#include <mutex>
#include <semaphore>

#include <poolproof/bench/suite/peers.h>

namespace poolproof::bench {
namespace {

/// A semaphore that counts what is free, and a list of it behind a mutex.
class SemaphoreAndList {
 public:
  using Lease = DbClient*;

  explicit SemaphoreAndList(const PoolPlan& plan)
      : clients_(plan.size), free_(static_cast<std::ptrdiff_t>(plan.size)) {
    for (const auto& client : clients_.all())
      list_.push_back(client.get());
  }
  Lease acquire(unsigned) {
    free_.acquire();
    return pop();
  }
  void release(unsigned, Lease& lease) {
    {
      const std::scoped_lock lock(mutex_);
      list_.push_back(lease);
    }
    free_.release();
  }
  bool acquire_within(unsigned caller, Duration timeout) {
    return give_back(caller, free_.try_acquire_for(timeout));
  }
  bool try_cycle() { return give_back(0, free_.try_acquire()); }

 private:
  Lease pop() {
    const std::scoped_lock lock(mutex_);
    Lease lease = list_.back();
    list_.pop_back();
    return lease;
  }
  bool give_back(unsigned caller, bool is_granted) {
    if (!is_granted) return false;
    Lease lease = pop();
    release(caller, lease);
    return true;
  }

  Clients clients_;
  std::counting_semaphore<> free_;
  std::mutex mutex_;
  std::vector<DbClient*> list_;  // guarded by mutex_
};

}  // namespace

Library standard_library() {
  return {.version = "",
          .contenders = {{.name = "semaphore-list",
                          .about = "std::counting_semaphore and a list behind a std::mutex.",
                          .opens_late = false,
                          .build = &build<SemaphoreAndList>}}};
}

}  // namespace poolproof::bench
