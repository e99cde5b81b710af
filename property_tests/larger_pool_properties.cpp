// A pool of n connections serves whoever one of n - 1 serves: the same calls in the same order,
// one after the other, on both.
#include <optional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <poolproof/mocks/manual_clock.h>
#include <poolproof/mocks/mock_database.h>
#include <poolproof/property_tests/promise.h>

namespace poolproof::property_tests {
namespace {

using sim::LeaseKey;
using sim::Outcome;

constexpr std::uint32_t leases_max = 6;

/// A pool on the calling thread, a database without faults and a clock.
class Alone {
 public:
  explicit Alone(const PoolConfig& config)
      : config_(config),
        subject_(pool_under_test().real({.config = config_,
                                         .factory = database_,
                                         .clock = clock_,
                                         .lease_keys = leases_max})) {}

  Outcome acquire(std::uint32_t lease, Duration timeout) {
    return subject_->acquire(LeaseKey(lease), timeout).outcome;
  }
  void release(std::uint32_t lease) { subject_->release(LeaseKey(lease)); }
  void pass(Duration time) { clock_.advance(time); }
  [[nodiscard]] sim::Subject& pool() { return *subject_; }

 private:
  const PoolConfig config_;
  const mocks::FaultPlan no_faults_;
  mocks::ManualClock clock_;
  mocks::MockDatabase database_{no_faults_, clock_};
  std::unique_ptr<sim::Subject> subject_;
};

/// One call of both. `out` says which leases both have given.
void step(Alone& small, Alone& large, std::vector<bool>& out) {
  const auto lease = *rc::gen::inRange<std::uint32_t>(0, leases_max);
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
    case 1:
    case 2: {
      if (out[lease]) return;
      const Outcome from_small = small.acquire(lease, Duration::zero());
      const Outcome from_large = large.acquire(lease, Duration::zero());
      if (from_small == Outcome::ok) RC_ASSERT(from_large == Outcome::ok);
      out[lease] = from_small == Outcome::ok;
      if (!out[lease] && from_large == Outcome::ok) large.release(lease);
      return;
    }
    case 3:
      if (!out[lease]) return;
      small.release(lease);
      large.release(lease);
      out[lease] = false;
      return;
    case 4: {
      const Duration time = *durations();
      small.pass(time);
      large.pass(time);
      return;
    }
    default:
      small.pool().health_check();
      large.pool().health_check();
  }
}

RC_GTEST_PROP(LargerPool, ServesWhoeverASmallerOneServes, ()) {
  PoolConfig config = *pool_configs();
  Alone small(config);
  ++config.max_size;
  Alone large(config);
  std::vector<bool> out(leases_max);
  for (int n = *rc::gen::inRange(1, 40); n > 0; --n)
    step(small, large, out);
}

}  // namespace
}  // namespace poolproof::property_tests
