// apr_reslist of the Apache Portable Runtime's utilities.

#include <apu_version.h>

#include <poolproof/bench/suite/peers.h>
#include <poolproof/subjects/apr/session_list.h>

namespace poolproof::bench {
namespace {

class ResourceList {
 public:
  using Lease = DbClient*;

  explicit ResourceList(const PoolPlan& plan)
      : factory_(plan.connect),
        list_(factory_,
              {.idle_max = static_cast<int>(plan.size), .max = static_cast<int>(plan.size)},
              std::chrono::microseconds(0), std::chrono::hours(1)) {}
  Lease acquire(unsigned) {
    DbClient* client = nullptr;
    list_.acquire(client);
    return client;
  }
  void release(unsigned, Lease& lease) { list_.release(lease); }

 private:
  SlowFactory factory_;
  subjects::SessionList list_;
};

}  // namespace

Library apr_library() {
  subjects::start_apr();
  return {.version = "apr-util " APU_VERSION_STRING,
          .contenders = {{.name = "apr-reslist",
                          .about = "apr_reslist: a stack, a mutex and a condition variable, in no "
                                   "order; connects under its lock.",
                          .build = &build<ResourceList>}}};
}

}  // namespace poolproof::bench
