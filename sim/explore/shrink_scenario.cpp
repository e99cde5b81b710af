#include <poolproof/sim/explore/shrink_scenario.h>

#include <algorithm>
#include <array>
#include <functional>
#include <numeric>
#include <utility>

#include <poolproof/sim/scenario/starvation.h>

namespace poolproof::sim {
namespace {

using Cuts = std::vector<ScenarioCut>;
using Clients = std::vector<ClientScript>;

/// Each client by itself, with count 1, in order of their tasks.
Clients one_by_one(const Scenario& scenario) {
  Clients clients;
  for (const ClientScript& script : scenario.clients) {
    clients.insert(clients.end(), script.count, script);
  }
  for (ClientScript& client : clients)
    client.count = 1;
  return clients;
}

/// Neighbours with the same script become one entry again.
std::vector<ClientScript> joined(const Clients& clients) {
  std::vector<ClientScript> scripts;
  for (ClientScript client : clients) {
    if (!scripts.empty()) {
      client.count = scripts.back().count;
      if (client == scripts.back()) {
        ++scripts.back().count;
        continue;
      }
      client.count = 1;
    }
    scripts.push_back(std::move(client));
  }
  return scripts;
}

std::vector<std::uint32_t> all_clients(const Scenario& scenario) {
  std::vector<std::uint32_t> clients(client_count(scenario));
  std::iota(clients.begin(), clients.end(), 0U);
  return clients;
}

bool is_valid(const Scenario& scenario) {
  const auto read = Scenario::parse(to_toml(scenario), "cut");
  return read && *read == scenario;
}

/// Keeps what differs, is valid, and does not ask for the impossible.
void add(Cuts& cuts, const Scenario& from, ScenarioCut cut) {
  if (cut.scenario == from || !is_valid(cut.scenario)) return;
  if (may_starve(cut.scenario) && !may_starve(from)) return;
  cuts.push_back(std::move(cut));
}

void add(Cuts& cuts, const Scenario& from, Scenario cut) {
  add(cuts, from, {.scenario = std::move(cut), .clients = all_clients(from)});
}

/// `act(from, size)` for each piece of `total` things, the biggest first.
template <class Act>
void for_each_piece(std::size_t total, Act act) {
  for (std::size_t size = total; size > 0; size = size / 2)
    for (std::size_t from = 0; from < total; from += size)
      act(from, std::min(size, total - from));
}

template <class Item>
std::vector<Item> without(std::vector<Item> items, std::size_t from, std::size_t size) {
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(from);
  items.erase(begin, begin + static_cast<std::ptrdiff_t>(size));
  return items;
}

Cuts drop_clients(const Scenario& scenario) {
  Cuts cuts;
  const Clients clients = one_by_one(scenario);
  for_each_piece(clients.size(), [&](std::size_t from, std::size_t size) {
    if (size == clients.size()) return;
    Scenario cut = scenario;
    cut.clients = joined(without(clients, from, size));
    add(cuts, scenario,
        {.scenario = std::move(cut), .clients = without(all_clients(scenario), from, size)});
  });
  return cuts;
}

/// For each script first, then for each client by itself: `change` makes versions of one script.
Cuts change_scripts(const Scenario& scenario,
                    const std::function<std::vector<ClientScript>(const ClientScript&)>& change) {
  Cuts cuts;
  for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
    for (ClientScript& version : change(scenario.clients[i])) {
      Scenario cut = scenario;
      cut.clients[i] = std::move(version);
      cut.clients = joined(one_by_one(cut));
      add(cuts, scenario, std::move(cut));
    }
  }
  const Clients clients = one_by_one(scenario);
  if (clients.size() == scenario.clients.size()) return cuts;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    for (ClientScript& version : change(clients[i])) {
      Clients changed = clients;
      changed[i] = std::move(version);
      Scenario cut = scenario;
      cut.clients = joined(changed);
      add(cuts, scenario, std::move(cut));
    }
  }
  return cuts;
}

Cuts repeat_less(const Scenario& scenario) {
  return change_scripts(scenario, [](const ClientScript& script) {
    std::vector<ClientScript> versions;
    for (std::uint32_t repeat = 1; repeat < script.repeat; repeat = repeat * 2) {
      versions.push_back(script);
      versions.back().repeat = repeat;
    }
    return versions;
  });
}

/// Written out round by round, where that is not too long, so that each may lose other steps.
ClientScript unrolled(const ClientScript& script) {
  constexpr std::size_t steps_max = 32;
  if (script.repeat == 1 || script.repeat * script.steps.size() > steps_max) return script;
  ClientScript rounds = script;
  rounds.repeat = 1;
  for (std::uint32_t round = 1; round < script.repeat; ++round)
    rounds.steps.insert(rounds.steps.end(), script.steps.begin(), script.steps.end());
  return rounds;
}

std::vector<ClientScript> with_fewer_steps(const ClientScript& script) {
  std::vector<ClientScript> versions;
  for_each_piece(script.steps.size(), [&](std::size_t from, std::size_t size) {
    if (size == script.steps.size()) return;
    versions.push_back(script);
    versions.back().steps = without(script.steps, from, size);
  });
  return versions;
}

Cuts drop_steps(const Scenario& scenario) {
  return change_scripts(scenario, &with_fewer_steps);
}

Cuts drop_steps_of_rounds(const Scenario& scenario) {
  return change_scripts(scenario, [](const ClientScript& script) {
    if (script.repeat == 1) return std::vector<ClientScript>{};
    const ClientScript rounds = unrolled(script);
    return rounds == script ? std::vector<ClientScript>{} : with_fewer_steps(rounds);
  });
}

Cuts drop_faults(const Scenario& scenario) {
  Cuts cuts;
  const mocks::FaultPlan& plan = scenario.faults;
  for_each_piece(plan.faults.size(), [&](std::size_t from, std::size_t size) {
    Scenario cut = scenario;
    cut.faults.faults = without(plan.faults, from, size);
    add(cuts, scenario, std::move(cut));
  });
  for (std::size_t i = 0; i < plan.restarts.size(); ++i) {
    Scenario cut = scenario;
    cut.faults.restarts = without(plan.restarts, i, 1);
    add(cuts, scenario, std::move(cut));
  }
  for (std::size_t i = 0; i < plan.demotions.size(); ++i) {
    Scenario cut = scenario;
    cut.faults.demotions = without(plan.demotions, i, 1);
    add(cuts, scenario, std::move(cut));
  }
  for (std::size_t i = 0; i < plan.deaths.size(); ++i) {
    Scenario cut = scenario;
    cut.faults.deaths = without(plan.deaths, i, 1);
    add(cuts, scenario, std::move(cut));
  }
  Scenario cut = scenario;
  cut.faults.failing_allocation = 0;
  add(cuts, scenario, std::move(cut));
  return cuts;
}

/// What goes wrong by chance or always goes wrong at one call instead.
Cuts pin_faults(const Scenario& scenario) {
  constexpr std::uint32_t calls_tried = 4;
  using Kind = mocks::Selector::Kind;
  Cuts cuts;
  for (std::size_t i = 0; i < scenario.faults.faults.size(); ++i) {
    const mocks::Selector& selector = scenario.faults.faults[i].selector;
    if (selector.kind == Kind::nth) continue;
    const std::uint32_t first = selector.kind == Kind::from ? selector.n : 1;
    for (std::uint32_t n = first; n < first + calls_tried && n >= first; ++n) {
      Scenario cut = scenario;
      cut.faults.faults[i].selector = {.kind = Kind::nth, .n = n};
      add(cuts, scenario, std::move(cut));
    }
  }
  return cuts;
}

Cuts switch_off(const Scenario& scenario) {
  Cuts cuts;
  const auto with = [&](auto Scenario::*field, auto value) {
    Scenario cut = scenario;
    cut.*field = value;
    add(cuts, scenario, std::move(cut));
  };
  with(&Scenario::maintenance, false);
  with(&Scenario::prefill, false);
  with(&Scenario::spurious_wakeups, 0U);
  with(&Scenario::spurious_wakeups, std::min(scenario.spurious_wakeups, 1U));
  with(&Scenario::spurious_cas_failures, 0U);
  with(&Scenario::spurious_cas_failures, std::min(scenario.spurious_cas_failures, 1U));
  with(&Scenario::time, TimeMode::patient);
  return cuts;
}

Cuts lower_sizes(const Scenario& scenario) {
  Cuts cuts;
  for (std::size_t max = 1; max < scenario.pool.max_size; max *= 2) {
    Scenario cut = scenario;
    cut.pool.max_size = max;
    cut.pool.min_size = std::min(cut.pool.min_size, max);
    add(cuts, scenario, std::move(cut));
  }
  for (std::size_t min = 0; min < scenario.pool.min_size; min = min * 2 + 1) {
    Scenario cut = scenario;
    cut.pool.min_size = min;
    add(cuts, scenario, std::move(cut));
  }
  return cuts;
}

/// Knobs as nobody need write them down.
Cuts usual_knobs(const Scenario& scenario) {
  const PoolConfig usual;
  Cuts cuts;
  const auto with_usual = [&](auto PoolConfig::*field) {
    Scenario cut = scenario;
    cut.pool.*field = usual.*field;
    add(cuts, scenario, std::move(cut));
  };
  for (const auto knob : {&PoolConfig::acquire_timeout, &PoolConfig::idle_timeout,
                          &PoolConfig::max_lifetime, &PoolConfig::health_check_interval,
                          &PoolConfig::validate_after_idle, &PoolConfig::leak_threshold}) {
    with_usual(knob);
  }
  with_usual(&PoolConfig::reset_on_return);
  with_usual(&PoolConfig::seed);
  return cuts;
}

/// Round and small, each smaller than what it stands for.
constexpr std::array<Duration, 4> round_durations{
    std::chrono::milliseconds(1), std::chrono::milliseconds(10), std::chrono::seconds(1),
    std::chrono::minutes(1)};

template <class Cut>
void for_each_rounder(Duration duration, Cut cut) {
  if (duration == Duration::max()) return;
  for (const Duration round : round_durations) {
    if (round >= duration) return;
    cut(round);
  }
}

Cuts round_steps(const Scenario& scenario) {
  return change_scripts(scenario, [](const ClientScript& script) {
    std::vector<ClientScript> versions;
    for (std::size_t i = 0; i < script.steps.size(); ++i) {
      for_each_rounder(script.steps[i].duration, [&](Duration round) {
        versions.push_back(script);
        versions.back().steps[i].duration = round;
      });
    }
    return versions;
  });
}

Cuts round_faults(const Scenario& scenario) {
  Cuts cuts;
  for (std::size_t i = 0; i < scenario.faults.faults.size(); ++i) {
    Scenario usual = scenario;
    usual.faults.faults[i].kind.reset();
    add(cuts, scenario, std::move(usual));
    for_each_rounder(scenario.faults.faults[i].duration, [&](Duration round) {
      Scenario cut = scenario;
      cut.faults.faults[i].duration = round;
      add(cuts, scenario, std::move(cut));
    });
  }
  return cuts;
}

constexpr std::array<ScenarioPass, 11> passes{
    &drop_clients, &repeat_less, &switch_off, &drop_steps,  &drop_faults, &drop_steps_of_rounds,
    &lower_sizes,  &usual_knobs, &pin_faults, &round_steps, &round_faults};

}  // namespace

std::span<const ScenarioPass> scenario_passes() noexcept {
  return passes;
}

std::string shrunk_name(const std::string& name) {
  constexpr std::string_view ending = "-shrunk";
  constexpr std::size_t bytes_max = 64;
  if (name.ends_with(ending)) return name;
  return name.substr(0, bytes_max - ending.size()) + std::string(ending);
}

}  // namespace poolproof::sim
