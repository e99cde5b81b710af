// moodycamel's BlockingConcurrentQueue as a pool of clients.

#include <concurrentqueue/blockingconcurrentqueue.h>

#include <poolproof/bench/suite/peers.h>

namespace poolproof::bench {
namespace {

class BlockingQueue {
 public:
  using Lease = DbClient*;

  explicit BlockingQueue(const PoolPlan& plan) : clients_(plan.size), queue_(plan.size) {
    for (const auto& client : clients_.all())
      queue_.enqueue(client.get());
  }
  Lease acquire(unsigned) {
    Lease lease = nullptr;
    queue_.wait_dequeue(lease);
    return lease;
  }
  void release(unsigned, Lease& lease) { queue_.enqueue(lease); }
  bool acquire_within(unsigned, Duration timeout) {
    Lease lease = nullptr;
    if (!queue_.wait_dequeue_timed(lease, timeout)) return false;
    queue_.enqueue(lease);
    return true;
  }
  bool try_cycle() {
    Lease lease = nullptr;
    if (!queue_.try_dequeue(lease)) return false;
    queue_.enqueue(lease);
    return true;
  }

 private:
  Clients clients_;
  moodycamel::BlockingConcurrentQueue<DbClient*> queue_;
};

}  // namespace

Library moodycamel_library() {
  return {.version = "",
          .contenders = {{.name = "moodycamel-queue",
                          .about = "moodycamel::BlockingConcurrentQueue of clients.",
                          .opens_late = false,
                          .build = &build<BlockingQueue>}}};
}

}  // namespace poolproof::bench
