// Boost.Lockfree's queue as a pool of clients.

#include <boost/lockfree/queue.hpp>
#include <boost/version.hpp>

#include <thread>

#include <poolproof/bench/suite/peers.h>

namespace poolproof::bench {
namespace {

class LockfreeQueue {
 public:
  using Lease = DbClient*;

  explicit LockfreeQueue(const PoolPlan& plan) : clients_(plan.size), queue_(plan.size) {
    for (const auto& client : clients_.all())
      queue_.push(client.get());
  }
  /// The queue does not wait: who gets nothing asks again.
  Lease acquire(unsigned) {
    Lease lease = nullptr;
    while (!queue_.pop(lease))
      std::this_thread::yield();
    return lease;
  }
  void release(unsigned, Lease& lease) { queue_.push(lease); }
  bool try_cycle() {
    Lease lease = nullptr;
    return queue_.pop(lease) && queue_.push(lease);
  }

 private:
  Clients clients_;
  boost::lockfree::queue<DbClient*> queue_;
};

}  // namespace

Library lockfree_library() {
  return {.version = "Boost " BOOST_LIB_VERSION,
          .contenders = {{.name = "boost-lockfree",
                          .about = "boost::lockfree::queue of clients: does not wait, so callers "
                                   "ask again.",
                          .has_bound = false,
                          .opens_late = false,
                          .build = &build<LockfreeQueue>}}};
}

}  // namespace poolproof::bench
