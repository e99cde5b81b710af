#pragma once
// Simpler scenarios than a given one, pass after pass, the biggest cuts first. Whether one still
// fails is for shrink.h to find out.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

/// A scenario with something left out, and which clients of the one before are left, in order of
/// their tasks.
struct ScenarioCut {
  Scenario scenario;
  std::vector<std::uint32_t> clients;
};

/// One way of cutting: every cut of that kind, the biggest first. Each is smaller than `scenario`
/// in what the pass is about and the same in all else, so that repeating a pass comes to an end.
/// Each is valid by Scenario's own rules, and a right pool can pass it if it can pass `scenario`.
using ScenarioPass = std::vector<ScenarioCut> (*)(const Scenario& scenario);

/// In the order in which they are worth trying.
std::span<const ScenarioPass> scenario_passes() noexcept;

/// How a scenario that was cut out of `name` is called.
std::string shrunk_name(const std::string& name);

}  // namespace poolproof::sim
