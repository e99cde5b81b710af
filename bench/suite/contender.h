#pragma once
// What the suite measures: pools and floors behind one small concept, and as values that can be
// listed.
//
//   struct MyPool {
//     explicit MyPool(const PoolPlan&);           // builds it; connections may be opened later
//     Lease acquire(unsigned caller);             // waits for ever
//     void release(unsigned caller, Lease& lease);
//   };
//
// What else it can is found by name: acquire_within(caller, timeout) -> bool, which gives up and
// takes nothing; try_cycle() -> bool, an acquire that does not wait and, if it took something,
// gives it back; health_check(), metrics().

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <poolproof/bench/floors.h>
#include <poolproof/sim/measure/round.h>

namespace poolproof::bench {

using sim::PoolPlan;

enum class Kind : std::uint8_t { pool, peer, floor, ideal };
constexpr const char* to_string(Kind kind) noexcept {
  switch (kind) {
    case Kind::pool:
      return "pool";
    case Kind::peer:
      return "peer";
    case Kind::floor:
      return "floor";
    case Kind::ideal:
      return "ideal";
  }
  return "";
}

/// A pool that was built, and what can be done with it. An empty function: it cannot.
struct BuiltPool {
  std::function<sim::RoundResult(const sim::RoundPlan&)> round;
  std::function<bool(unsigned caller, Duration timeout)> acquire_within;  ///< gives back at once
  std::function<bool()> try_cycle;
  std::function<void()> health_check;
  std::function<void()> metrics;
  std::function<void(unsigned caller)> cycle;
  std::function<Duration(Duration hold)> held_up;  ///< how long acquire and release took, together
  std::function<std::shared_ptr<void>(std::size_t)> take;  ///< so many, until it is destroyed
};

struct Contender {
  std::string name;
  Kind kind = Kind::peer;
  std::string about;       ///< one sentence
  bool has_bound = true;   ///< it keeps more callers than connections waiting
  bool opens_late = true;  ///< a connection is opened when somebody wants it
  std::function<BuiltPool(const PoolPlan&)> build;
};

/// One cycle of caller 0, whose hold does not count.
template <class Pool>
Duration held_up(Pool& pool, Duration hold) {
  SteadyClock clock;
  const Instant asked = clock.now();
  auto lease = pool.acquire(0);
  const Instant granted = clock.now();
  if (hold > Duration::zero()) sim::measure::hold_for(hold, clock);
  const Instant released = clock.now();
  pool.release(0, lease);
  return (granted - asked) + (clock.now() - released);
}

/// Leases of one caller, given back when it is destroyed.
template <class Pool>
class Taken {
 public:
  Taken(std::shared_ptr<Pool> pool, std::size_t count) : pool_(std::move(pool)) {
    for (std::size_t i = 0; i < count; ++i)
      leases_.push_back(pool_->acquire(static_cast<unsigned>(i)));
  }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;
  ~Taken() {
    for (std::size_t i = 0; i < leases_.size(); ++i)
      pool_->release(static_cast<unsigned>(i), leases_[i]);
  }

 private:
  using Lease = decltype(std::declval<Pool&>().acquire(0U));
  std::shared_ptr<Pool> pool_;
  std::vector<Lease> leases_;
};

template <class Pool>
BuiltPool build(const PoolPlan& plan) {
  auto pool = std::make_shared<Pool>(plan);
  BuiltPool built;
  built.round = [pool](const sim::RoundPlan& round) {
    SteadyClock clock;
    return sim::run_round(*pool, round, clock);
  };
  built.cycle = [pool](unsigned caller) {
    auto lease = pool->acquire(caller);
    pool->release(caller, lease);
  };
  built.held_up = [pool](Duration hold) { return held_up(*pool, hold); };
  built.take = [pool](std::size_t count) { return std::make_shared<Taken<Pool>>(pool, count); };
  if constexpr (requires { pool->acquire_within(0U, Duration{}); })
    built.acquire_within = [pool](unsigned caller, Duration timeout) {
      return pool->acquire_within(caller, timeout);
    };
  if constexpr (requires { pool->try_cycle(); })
    built.try_cycle = [pool] { return pool->try_cycle(); };
  if constexpr (requires { pool->health_check(); })
    built.health_check = [pool] { pool->health_check(); };
  if constexpr (requires { pool->metrics(); }) built.metrics = [pool] { pool->metrics(); };
  return built;
}

/// All contenders of this build, floors first. `turn` rotates them, so that over several runs each
/// comes first, and none always follows the same.
std::vector<Contender> contenders(unsigned turn);

}  // namespace poolproof::bench
