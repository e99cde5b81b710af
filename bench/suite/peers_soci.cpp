// SOCI's connection_pool, over a backend whose sessions are the client that does nothing.

#include <soci/connection-pool.h>
#include <soci/soci.h>
#include <soci/version.h>

#include <poolproof/bench/suite/peers.h>
#include <poolproof/subjects/client_registry.h>
#include <poolproof/subjects/soci/soci_backend.h>

namespace poolproof::bench {
namespace {

class SociPool {
 public:
  using Lease = std::size_t;

  explicit SociPool(const PoolPlan& plan)
      : factory_(plan.connect),
        source_(subjects::ClientRegistry::instance(), {&factory_, &clock_}),
        pool_(plan.size) {
    for (std::size_t position = 0; position < plan.size; ++position)
      pool_.at(position).open(subjects::soci_backend(), source_.connection_string());
  }
  Lease acquire(unsigned) { return pool_.lease(); }
  void release(unsigned, Lease& lease) { pool_.give_back(lease); }
  bool acquire_within(unsigned, Duration timeout) {
    using std::chrono::milliseconds;
    return cycle_within(static_cast<int>(std::chrono::ceil<milliseconds>(timeout).count()));
  }
  bool try_cycle() { return cycle_within(0); }

 private:
  bool cycle_within(int milliseconds) {
    Lease position = 0;
    const bool is_granted = pool_.try_lease(position, milliseconds);
    if (is_granted) pool_.give_back(position);
    return is_granted;
  }

  SlowFactory factory_;
  SteadyClock clock_;
  subjects::ClientRegistry::Entry source_;
  soci::connection_pool pool_;
};

}  // namespace

Library soci_library() {
  return {
      .version = "SOCI " SOCI_LIB_VERSION,
      .contenders = {{.name = "soci",
                      .about = "SOCI's connection_pool: a fixed array, a mutex and a condition "
                               "variable, in no order.",
                      .opens_late = false,
                      .build = &build<SociPool>}}};
}

}  // namespace poolproof::bench
