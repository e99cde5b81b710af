#pragma once
// Where the inputs of the properties come from: what sim/scenario/draw.h draws, from numbers that
// RapidCheck draws, so the same seed gives the same inputs. How to draw something of one's own:
// docs/property-tests.md.

#include <cstdint>
#include <iosfwd>

#include <rapidcheck.h>

#include <poolproof/mocks/fault_plan.h>
#include <poolproof/sim/scenario/draw.h>
#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::property_tests {

/// What a pool is put through, and where the chance in its schedules begins.
struct Trial {
  sim::Scenario scenario;
  std::uint64_t seed = 0;
};
void showValue(const Trial& trial, std::ostream& out);

using sim::Theme;

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

}  // namespace poolproof::property_tests
