#pragma once
// Swarm testing (Groce, Zhang, Eide, Chen, Regehr, ISSTA 2012): what is left out of a scenario
// lets what is left show more. TigerBeetle's simulator draws its faults in this way.

#include <cstdint>

#include <poolproof/sim/scenario/scenario.h>

namespace poolproof::sim {

/// Variants of each scenario in a swarm, itself among them; those that are equal count once.
constexpr std::uint32_t swarm_size = 10;

/// Variant `number` of `scenario`, the same each time: named "hand-off~3", with each kind of
/// operation but acquire and release, each fault, and what else disturbs the clients left out or
/// kept by chance. Number 0 is the scenario itself. Each is valid, and a right pool can pass it if
/// it can pass `scenario`.
Scenario swarm_variant(const Scenario& scenario, std::uint64_t seed, std::uint32_t number);

/// The different ones among variants 0 to swarm_size - 1, by number.
std::vector<std::uint32_t> swarm_numbers(const Scenario& scenario, std::uint64_t seed);

}  // namespace poolproof::sim
