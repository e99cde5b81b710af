// A drawn scenario, changed a little: for the search by feedback, which goes on from what reached
// something new.
#include <algorithm>

#include <poolproof/sim/scenario/draw.h>

namespace poolproof::sim {
namespace {

constexpr std::size_t steps_changed_max = 12;  // of one client
constexpr std::size_t clients_changed_max = 8;
constexpr std::size_t faults_changed_max = 4;

bool has_destroy(const Scenario& scenario) {
  return std::ranges::any_of(scenario.clients, [](const ClientScript& client) {
    return std::ranges::any_of(client.steps,
                               [](const Step& step) { return step.kind == Step::Kind::destroy; });
  });
}

}  // namespace

/// So that what is drawn next lies around what is there.
void ScenarioDraw::remember(const Scenario& scenario) {
  const auto see = [this](Duration duration) {
    if (duration > Duration::zero() && duration != Duration::max()) drawn_.push_back(duration);
  };
  const PoolConfig& pool = scenario.pool;
  for (const Duration knob : {pool.acquire_timeout, pool.idle_timeout, pool.max_lifetime,
                              pool.validate_after_idle, pool.leak_threshold})
    see(knob);
  for (const ClientScript& client : scenario.clients)
    for (const Step& step : client.steps)
      see(step.duration);
  for (const mocks::Fault& fault : scenario.faults.faults)
    see(fault.duration);
}

Scenario ScenarioDraw::changed(Scenario scenario) {
  drawn_.clear();
  dialect_ = scenario.dialect;
  sees_transactions_ = scenario.sees_transactions;
  remember(scenario);
  for (std::uint32_t n = 1 + up_to(2); n > 0; --n)
    change_one(scenario);
  make_passable(scenario);
  return scenario;
}

void ScenarioDraw::change_one(Scenario& scenario) {
  switch (up_to(7)) {
    case 0:
    case 1:
      return change_knob(scenario.pool);
    case 2:
      return change_faults(scenario.faults);
    case 3:
      scenario.time = scenario.time == TimeMode::racing ? TimeMode::patient : TimeMode::racing;
      return;
    case 4:
      if (!has_destroy(scenario)) change_clients(scenario);
      return;
    default:
      if (!has_destroy(scenario)) change_steps(scenario);
      return;
  }
}

void ScenarioDraw::change_knob(PoolConfig& config) {
  switch (up_to(9)) {
    case 0:
      config.max_size = 1 + up_to(3);
      config.min_size = std::min(config.min_size, config.max_size);
      return;
    case 1:
      config.min_size = up_to(static_cast<std::uint32_t>(config.max_size));
      return;
    case 2:
      config.idle_timeout = expiry(true);
      return;
    case 3:
      config.max_lifetime = expiry(true);
      return;
    case 4:
      config.validate_after_idle = expiry(true);
      return;
    case 5:
      config.leak_threshold = expiry(true);
      return;
    case 6:
      config.acquire_timeout = timeout();
      return;
    case 7:
      config.connect_backoff = expiry(true);
      config.connect_backoff_max = config.connect_backoff * (1 + up_to(7));
      return;
    case 8:
      config.wait_when_refused = !config.wait_when_refused;
      return;
    default:
      config.reset_on_return = !config.reset_on_return;
      return;
  }
}

void ScenarioDraw::change_faults(mocks::FaultPlan& plan) {
  const bool adds = plan.faults.empty() || happens(1, 2);
  if (adds && plan.faults.size() < faults_changed_max) {
    plan.faults.push_back(fault());
  } else if (!plan.faults.empty()) {
    plan.faults.erase(plan.faults.begin() +
                      up_to(static_cast<std::uint32_t>(plan.faults.size()) - 1));
  }
}

void ScenarioDraw::change_clients(Scenario& scenario) {
  const bool adds = happens(1, 2) && client_count(scenario) < clients_changed_max;
  if (adds) {
    scenario.clients.push_back(client());
  } else if (scenario.clients.size() > 1) {
    scenario.clients.erase(scenario.clients.begin() +
                           up_to(static_cast<std::uint32_t>(scenario.clients.size()) - 1));
  }
}

/// A step more, a step less, or another in its place.
void ScenarioDraw::change_steps(Scenario& scenario) {
  auto& steps =
      scenario.clients[up_to(static_cast<std::uint32_t>(scenario.clients.size()) - 1)].steps;
  const auto at = steps.begin() + up_to(static_cast<std::uint32_t>(steps.size()) - 1);
  switch (up_to(3)) {
    case 0:
      if (steps.size() > 1) steps.erase(at);
      return;
    case 1:
      *at = step(at->kind);
      return;
    default:
      if (steps.size() < steps_changed_max) steps.insert(at, step(kind()));
      return;
  }
}

}  // namespace poolproof::sim
