// Poco::ObjectPool of clients, with a factory that neither checks nor resets them.

#include <Poco/ObjectPool.h>
#include <Poco/Version.h>

#include <limits>

#include <poolproof/bench/suite/peers.h>

namespace poolproof::bench {
namespace {

/// What Poco::ObjectPool asks of a factory.
class ClientFactory {
 public:
  explicit ClientFactory(Duration connect) : factory_(connect) {}
  DbClient* createObject() { return factory_.connect(Instant::max())->release(); }
  bool validateObject(DbClient*) { return true; }
  void activateObject(DbClient*) {}
  void deactivateObject(DbClient*) {}
  void destroyObject(DbClient* client) { delete client; }

 private:
  SlowFactory factory_;
};

class ObjectPool {
 public:
  using Lease = DbClient*;

  explicit ObjectPool(const PoolPlan& plan)
      : pool_(ClientFactory(plan.connect), plan.size, plan.size) {}
  Lease acquire(unsigned) { return pool_.borrowObject(std::numeric_limits<std::int32_t>::max()); }
  void release(unsigned, Lease& lease) { pool_.returnObject(lease); }
  bool acquire_within(unsigned, Duration timeout) {
    using std::chrono::milliseconds;
    return cycle_within(std::chrono::ceil<milliseconds>(timeout).count());
  }
  bool try_cycle() { return cycle_within(0); }

 private:
  bool cycle_within(long milliseconds) {
    DbClient* client = pool_.borrowObject(milliseconds);
    if (client != nullptr) pool_.returnObject(client);
    return client != nullptr;
  }

  Poco::ObjectPool<DbClient, DbClient*, ClientFactory> pool_;
};

}  // namespace

Library poco_objects_library() {
  const auto part = [](int shift) { return std::to_string(POCO_VERSION >> shift & 0xFF); };
  return {.version = "Poco " + part(24) + "." + part(16) + "." + part(8),
          .contenders = {{.name = "poco-objectpool",
                          .about = "Poco::ObjectPool: a vector, a mutex and a condition variable, "
                                   "in no order; connects under its lock.",
                          .build = &build<ObjectPool>}}};
}

}  // namespace poolproof::bench
