#include <poolproof/sim/scenario/swarm.h>

#include <algorithm>
#include <set>
#include <string>

#include <poolproof/core/rng.h>
#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

/// Draws until a variant is valid; a scenario of which all are not is left as it is.
constexpr std::uint32_t draws_max = 32;

std::string variant_name(const std::string& name, std::uint32_t number) {
  const std::string ending = "~" + std::to_string(number);
  return name.substr(0, Scenario::name_bytes_max - ending.size()) + ending;
}

bool keeps(Rng& rng) {
  return rng.chance(1, 2);
}

template <class Item>
void thin_out(std::vector<Item>& items, Rng& rng) {
  std::erase_if(items, [&](const Item&) { return !keeps(rng); });
}

bool is_always_kept(Step::Kind kind) {
  return kind == Step::Kind::acquire || kind == Step::Kind::release;
}

std::set<Step::Kind> kinds_left_out(const Scenario& scenario, Rng& rng) {
  std::set<Step::Kind> kinds;
  for (const ClientScript& client : scenario.clients) {
    for (const Step& step : client.steps)
      kinds.insert(step.kind);
  }
  std::erase_if(kinds, [&](Step::Kind kind) { return is_always_kept(kind) || keeps(rng); });
  return kinds;
}

void leave_out(const std::set<Step::Kind>& kinds, std::vector<ClientScript>& clients) {
  for (ClientScript& client : clients) {
    std::erase_if(client.steps, [&](const Step& step) { return kinds.contains(step.kind); });
  }
  std::erase_if(clients, [](const ClientScript& client) { return client.steps.empty(); });
}

Scenario drawn(const Scenario& scenario, Rng rng) {
  Scenario variant = scenario;
  leave_out(kinds_left_out(scenario, rng), variant.clients);
  thin_out(variant.faults.faults, rng);
  thin_out(variant.faults.restarts, rng);
  thin_out(variant.faults.demotions, rng);
  thin_out(variant.faults.deaths, rng);
  if (!keeps(rng)) variant.faults.failing_allocation = 0;
  if (!keeps(rng)) variant.spurious_wakeups = 0;
  if (!keeps(rng)) variant.spurious_cas_failures = 0;
  if (!keeps(rng)) variant.maintenance = false;
  if (!keeps(rng)) variant.prefill = false;
  return variant;
}

bool is_good(const Scenario& variant, const Scenario& scenario) {
  if (may_starve(variant) && !may_starve(scenario)) return false;
  const auto read = Scenario::parse(to_toml(variant), "variant");
  return read && *read == variant;
}

}  // namespace

Scenario swarm_variant(const Scenario& scenario, std::uint64_t seed, std::uint32_t number) {
  if (number == 0) return scenario;
  for (std::uint32_t draw = 0; draw < draws_max; ++draw) {
    Scenario variant = drawn(scenario, Rng::stream(seed, number * draws_max + draw));
    if (variant == scenario || !is_good(variant, scenario)) continue;
    variant.name = variant_name(scenario.name, number);
    return variant;
  }
  return scenario;
}

std::vector<std::uint32_t> swarm_numbers(const Scenario& scenario, std::uint64_t seed) {
  std::vector<Scenario> different;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 0; number < swarm_size; ++number) {
    Scenario variant = swarm_variant(scenario, seed, number);
    variant.name = scenario.name;
    if (std::ranges::find(different, variant) != different.end()) continue;
    different.push_back(std::move(variant));
    numbers.push_back(number);
  }
  return numbers;
}

}  // namespace poolproof::sim
