#pragma once
// Where the inputs of the properties come from. Everything is drawn through RapidCheck, so the
// same seed gives the same inputs. How to draw something of one's own: docs/property-tests.md.

#include <cstdint>
#include <iosfwd>
#include <vector>

#include <rapidcheck.h>

#include <poolproof/mocks/fault_plan.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::property_tests {

/// What a pool is put through, and where the chance in its schedules begins.
struct Trial {
  sim::Scenario scenario;
  std::uint64_t seed = 0;
};
void showValue(const Trial& trial, std::ostream& out);

/// What a generated scenario is about. The default has a bit of everything.
struct Theme {
  /// Half of all steps are of these kinds; by default no kind is favoured.
  std::vector<sim::Step::Kind> often{};
  bool has_others = true;       ///< steps of other kinds than those
  bool has_faults = true;       ///< calls fail, throw, take their time, the server restarts
  bool has_bad_alloc = true;    ///< one allocation may fail
  bool has_ages = true;         ///< idle_timeout, max_lifetime, validation and leaks matter
  bool has_maintenance = true;  ///< prefilled, and the pool's own thread may run
  bool has_shutdown = true;     ///< close, drain and destroy
  bool has_resize = true;       ///< max_size may change
  bool has_wakeups = true;      ///< waiters may be woken for no reason
  std::uint32_t clients_max = 6;
  std::uint32_t steps_max = 8;  ///< of one client
};

/// From 1 ns to 30 days, most of them a few milliseconds, so that deadlines coincide. Positive.
rc::Gen<Duration> durations();
/// Of a wait: the same, or none, or for ever.
rc::Gen<Duration> timeouts();

/// Valid. max_size is 1 to 4, and every other knob may be anything.
rc::Gen<PoolConfig> pool_configs(const Theme& theme = {});
/// Up to three faults. No call is left hanging for ever.
rc::Gen<mocks::FaultPlan> fault_plans(const Theme& theme = {});
/// Valid, printable, and such that a right pool can pass it. Shrinks as sim/explore/ cuts them.
rc::Gen<sim::Scenario> scenarios(const Theme& theme = {});
rc::Gen<Trial> trials(const Theme& theme = {});

/// What a pool that is right may still not pass is taken out: waits without an end that may hold
/// all connections among them, and a maintenance thread that never lets a long wait end.
void make_passable(sim::Scenario& scenario);

}  // namespace poolproof::property_tests
