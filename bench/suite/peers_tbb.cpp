// A queue of oneTBB that waits, as a pool of clients.

#include <tbb/concurrent_queue.h>
#include <tbb/version.h>

#include <poolproof/bench/suite/peers.h>

namespace poolproof::bench {
namespace {

class BoundedQueue {
 public:
  using Lease = DbClient*;

  explicit BoundedQueue(const PoolPlan& plan) : clients_(plan.size) {
    for (const auto& client : clients_.all())
      queue_.push(client.get());
  }
  Lease acquire(unsigned) {
    Lease lease = nullptr;
    queue_.pop(lease);
    return lease;
  }
  void release(unsigned, Lease& lease) { queue_.push(lease); }
  bool try_cycle() {
    Lease lease = nullptr;
    if (!queue_.try_pop(lease)) return false;
    queue_.push(lease);
    return true;
  }

 private:
  Clients clients_;
  tbb::concurrent_bounded_queue<DbClient*> queue_;
};

}  // namespace

Library tbb_library() {
  return {.version = "oneTBB " TBB_VERSION_STRING,
          .contenders = {{.name = "tbb-bounded-queue",
                          .about = "tbb::concurrent_bounded_queue of clients: keeps no deadlines.",
                          .opens_late = false,
                          .build = &build<BoundedQueue>}}};
}

}  // namespace poolproof::bench
