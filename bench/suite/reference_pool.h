#pragma once
// The pool of core/pool/ as a contender, with all that it does by default.

#include <poolproof/bench/suite/contender.h>
#include <poolproof/core/pool/connection_pool.h>

namespace poolproof::bench {

class ReferencePool {
 public:
  explicit ReferencePool(const PoolPlan& plan)
      : factory_(plan.connect),
        pool_({.min_size = 0,
               .max_size = plan.size,
               .acquire_timeout = Duration::max(),
               .calls_at_once = 1},
              factory_, clock_) {}

  Lease acquire(unsigned) { return std::move(*pool_.acquire()); }
  void release(unsigned, Lease& lease) { lease.release(); }
  bool acquire_within(unsigned, Duration timeout) { return pool_.acquire(timeout).has_value(); }
  bool try_cycle() { return pool_.try_acquire().has_value(); }
  void health_check() { pool_.health_check(); }
  void metrics() { benchmark_sees(pool_.metrics()); }

 private:
  static void benchmark_sees(const PoolMetrics& metrics) {
    asm volatile("" : : "g"(&metrics) : "memory");
  }

  SlowFactory factory_;
  SteadyClock clock_;
  ConnectionPool pool_;
};

}  // namespace poolproof::bench
